/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process that looks at a stranger's file (--untrusted) gives up: system calls by
 * which a decoder that was made to do something else would get anywhere.
 *
 * A list of what is denied and not of what is allowed, because the libraries below
 * (media, inference with code made as it runs, threads) use what their versions use;
 * calls that are denied fail with EPERM. Where there is no seccomp, the rights that a
 * process can gain by starting programs are given up alone.
 */
#include "fence.h"

#include <errno.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "tools.h"

#ifdef ST_HAVE_SECCOMP
#include <seccomp.h>

/* The network, and other programs' sockets. */
static const char *const sockets[] = {"socket", "socketpair", "connect", "bind", "listen",
                                      "accept", "accept4",    "sendto",  NULL};

static const char *const denied[] = {
    /* other programs and processes */
    "execve", "execveat", "process_vm_readv", "process_vm_writev", "pidfd_open",
    "pidfd_getfd", "kcmp",
#ifndef __SANITIZE_ADDRESS__ /* which looks for leaks at the end by it */
    "ptrace",
#endif
    /* the system */
    "mount", "umount2", "move_mount", "fsopen", "open_tree", "pivot_root", "chroot",
    "setns", "unshare", "bpf", "perf_event_open", "keyctl", "add_key", "request_key",
    "init_module", "finit_module", "delete_module", "kexec_load", "reboot", "swapon",
    "userfaultfd", "io_uring_setup", "open_by_handle_at", "acct", "quotactl", "syslog",
    NULL};

static int deny_calls(scmp_filter_ctx filter, const char *const *calls)
{
    int rc = 0;
    for (; *calls && rc == 0; calls++) {
        int call = seccomp_syscall_resolve_name(*calls);
        if (call != __NR_SCMP_ERROR) /* one that this machine does not have */
            rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    }
    return rc;
}

/* @return 0 or a negative errno */
static int deny(bool network)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc = filter ? deny_calls(filter, denied) : -ENOMEM;
    if (rc == 0 && !network)
        rc = deny_calls(filter, sockets);
    if (rc == 0)
        rc = seccomp_load(filter); /* also sets "no new privileges" */
    if (filter)
        seccomp_release(filter);
    return rc;
}

#else

static int deny(bool network)
{
    (void)network;
#ifdef __linux__
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#endif
    return -ENOSYS;
}

#endif

bool fence_in(bool network)
{
    int rc = deny(network);
    if (rc < 0)
        say(STANCE_LOG_DEBUG, "run", "--untrusted: system calls are not limited: %s",
            strerror(-rc));
    return rc == 0;
}
