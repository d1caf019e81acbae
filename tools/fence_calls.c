/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which system calls a fenced process may make (seccomp).
 *
 * A list of what is denied and not of what is allowed, because the libraries below
 * (media, inference with code made as it runs, threads) use what their versions use. What
 * is denied fails with EPERM. It also closes what fence_files.c leaves open: that limits
 * what is opened; not who is sent a signal, with an older kernel, nor whose rights or
 * times are changed by a file's name.
 */
#define _GNU_SOURCE /* CLONE_, F_SETSIG */

#include "fence.h"

#ifdef ST_HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* The network, and other programs' sockets. */
static const char *const sockets[] = {"socket", "socketpair", "connect", "bind", "listen",
                                      "accept", "accept4",    "sendto",  NULL};

/* Waiting for others to connect, also where there are sockets. */
static const char *const waiting[] = {"listen", "accept", "accept4", NULL};

static const char *const denied[] = {
    /* other programs and processes */
    "execve", "execveat", "fork", "vfork", "process_vm_readv", "process_vm_writev",
    "kcmp", "tkill",
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks at the end by it */
    "ptrace",
#endif
    /* memory, locks and queues that processes share by a name */
    "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget",
    "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink",
    /* links and special files, which the server might follow */
    "symlink", "symlinkat", "link", "linkat", "mknod", "mknodat",
    /* rights, owners, lengths and times by a file's name; being told what others do */
    "chmod", "fchmodat", "chown", "lchown", "fchownat", "setxattr", "lsetxattr",
    "removexattr", "lremovexattr", "utime", "utimes", "futimesat", "truncate",
    "truncate64", "inotify_init", "inotify_init1", "fanotify_init",
    /* the system */
    "mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "bpf",
    "perf_event_open", "keyctl", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
    "userfaultfd", "open_by_handle_at", "acct", "quotactl", "syslog", NULL};

/* Newer ones, which the library may not know by name. They have one number on all
 * machines. */
static const int denied_numbers[] = {
    424, /* pidfd_send_signal */
    425, /* io_uring_setup */
    428, /* open_tree */
    429, /* move_mount */
    430, /* fsopen */
    431, /* fsconfig */
    432, /* fsmount */
    433, /* fspick */
    434, /* pidfd_open */
    438, /* pidfd_getfd */
    440, /* process_madvise */
    442, /* mount_setattr */
    443, /* quotactl_fd */
    448, /* process_mrelease */
    452, /* fchmodat2 */
    463, /* setxattrat */
    466, /* removexattrat */
    467, /* open_tree_attr */
    469, /* file_setattr */
};
enum { CLONE3 = 435 };

/* Denied where an argument is, or is not, that value. */
typedef struct condition {
    const char *call;
    unsigned argument;
    enum { IS, IS_NOT } when;
    uint32_t value;
} condition;

enum { IOPRIO_WHO_PROCESS = 1 };

static const condition conditions[] = {
    /* other processes' limits, processors, turns and memory; 0 is oneself */
    {"prlimit64", 0, IS_NOT, 0},
    {"sched_setaffinity", 0, IS_NOT, 0},
    {"sched_setscheduler", 0, IS_NOT, 0},
    {"sched_setparam", 0, IS_NOT, 0},
    {"sched_setattr", 0, IS_NOT, 0},
    {"setpriority", 0, IS_NOT, PRIO_PROCESS},
    {"setpriority", 1, IS_NOT, 0},
    {"ioprio_set", 0, IS_NOT, IOPRIO_WHO_PROCESS},
    {"ioprio_set", 1, IS_NOT, 0},
    {"migrate_pages", 0, IS_NOT, 0},
    {"move_pages", 0, IS_NOT, 0},
    /* signals, to whoever is called a descriptor's owner */
    {"fcntl", 1, IS, F_SETOWN},
    {"fcntl", 1, IS, F_SETOWN_EX},
    {"fcntl", 1, IS, F_SETSIG},
    {"ioctl", 1, IS, FIOSETOWN},
    {"ioctl", 1, IS, SIOCSPGRP},
    /* words put into the terminal's mouth */
    {"ioctl", 1, IS, TIOCSTI},
    {"ioctl", 1, IS, TIOCLINUX},
    /* times by a name; without one it is a descriptor's */
    {"utimensat", 1, IS_NOT, 0},
};

/* Signals, but to oneself: abort() is one. */
static const char *const signals[] = {"kill", "tgkill", "rt_sigqueueinfo",
                                      "rt_tgsigqueueinfo", NULL};

#ifdef __SANITIZE_ADDRESS__ /* looks for leaks by a process of its own */
enum { MAY_CLONE = CLONE_THREAD | CLONE_UNTRACED };
#else
enum { MAY_CLONE = CLONE_THREAD };
#endif

static int deny(scmp_filter_ctx filter, const char *const *calls)
{
    int rc = 0;
    for (; *calls && rc == 0; calls++) {
        int call = seccomp_syscall_resolve_name(*calls);
        if (call != __NR_SCMP_ERROR) /* one that this machine does not have */
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    }
    return rc;
}

/* The kernel looks at the lower half of such an argument alone: one that must not be a
 * value is compared by that half, and one that must be, as a whole. */
static int deny_where(scmp_filter_ctx filter, const condition *c)
{
    int call = seccomp_syscall_resolve_name(c->call);
    struct scmp_arg_cmp where =
        c->when == IS ? SCMP_CMP64(c->argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, c->value)
                      : SCMP_CMP64(c->argument, SCMP_CMP_NE, c->value);
    return call == __NR_SCMP_ERROR
               ? 0
               : seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &where);
}

/* Threads are begun as ever: told that there is no clone3, which hides what is asked for
 * behind a pointer, libc uses clone. */
static int deny_processes(scmp_filter_ctx filter)
{
    int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CLONE3, 0);
    if (rc == 0)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                              SCMP_A0_64(SCMP_CMP_MASKED_EQ, MAY_CLONE, 0));
    for (const char *const *call = signals; *call && rc == 0; call++)
        rc = deny_where(filter, &(condition){*call, 0, IS_NOT, (uint32_t)getpid()});
    return rc;
}

/* All but those of the Internet, and the one by which libc asks for its addresses. */
static int deny_families(scmp_filter_ctx filter)
{
    int rc = 0;
    for (uint64_t family = 0; family <= AF_MAX && rc == 0; family++)
        if (family != AF_INET && family != AF_INET6 && family != AF_NETLINK)
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket),
                                  1, SCMP_A0_64(SCMP_CMP_EQ, family));
    return rc == 0
               ? seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket),
                                  1, SCMP_A0_64(SCMP_CMP_GT, AF_MAX))
               : rc;
}

unsigned fence_calls(fence_network network)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc = filter ? deny(filter, denied) : -ENOMEM;
    for (size_t i = 0; i < sizeof(denied_numbers) / sizeof(*denied_numbers) && rc == 0;
         i++)
        rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied_numbers[i], 0);
    for (size_t i = 0; i < sizeof(conditions) / sizeof(*conditions) && rc == 0; i++)
        rc = deny_where(filter, &conditions[i]);
    if (rc == 0)
        rc = deny_processes(filter);
    if (rc == 0)
        rc = deny(filter, network == FENCE_NO_SOCKETS ? sockets : waiting);
    if (rc == 0 && network == FENCE_INTERNET)
        rc = deny_families(filter);
    if (rc == 0)
        rc = seccomp_load(filter); /* also sets "no new privileges" */
    if (filter)
        seccomp_release(filter);
    return rc == 0 ? FENCE_CALLS : 0;
}

#else

unsigned fence_calls(fence_network network)
{
    (void)network;
    return 0;
}

#endif
