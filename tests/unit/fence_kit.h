/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FENCE_KIT_H
#define FENCE_KIT_H

/*
 * What a process under the fence tries: each function comes back with 0, or the errno
 * that it failed with. "The server" is the process that has begun this one.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dir_kit.h"

enum { MINE, OTHERS, N_FOLDERS };
static char folder[N_FOLDERS][128], input[128], theirs[128], device[128];

static int result(long rc)
{
    return rc < 0 ? errno : 0;
}

static int opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return result(fd);
}

static const char *in(int which, const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder[which], name);
    return path;
}

static int read_input(void)
{
    return opens(input, O_RDONLY);
}

static int write_input(void)
{
    return opens(input, O_WRONLY);
}

static int truncate_input(void)
{
    return result(truncate(input, 1));
}

static int read_theirs(void)
{
    return opens(theirs, O_RDONLY);
}

static int write_theirs(void)
{
    return opens(theirs, O_RDWR);
}

static int read_theirs_by_a_way_round(void)
{
    char path[400];
    snprintf(path, sizeof(path), "/proc/self/root%s/../others/theirs", folder[MINE]);
    return opens(path, O_RDONLY);
}

static int read_passwords(void)
{
    return opens("/etc/passwd", O_RDONLY);
}

static int read_servers_memory(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/mem", (int)getppid());
    return opens(path, O_RDONLY);
}

static int read_servers_command(void)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)getppid());
    return opens(path, O_RDONLY);
}

static int list_theirs(void)
{
    return opens(folder[OTHERS], O_RDONLY | O_DIRECTORY);
}

static int list_root(void)
{
    return opens("/", O_RDONLY | O_DIRECTORY);
}

static int make_theirs(void)
{
    return opens(in(OTHERS, "made"), O_WRONLY | O_CREAT);
}

static int remove_theirs(void)
{
    return result(unlink(theirs));
}

static int move_mine_to_theirs(void)
{
    return opens(in(MINE, "moved"), O_WRONLY | O_CREAT) ||
           result(rename(in(MINE, "moved"), in(OTHERS, "moved")));
}

static int change_rights(void)
{
    return result(chmod(theirs, 0644));
}

static int change_times(void)
{
    return result(utimensat(AT_FDCWD, theirs, NULL, 0));
}

static int link_theirs_to_mine(void)
{
    return result(link(theirs, in(MINE, "link")));
}

static int point_to_theirs(void)
{
    return result(symlink(theirs, in(MINE, "symlink")));
}

static int make_pipe_for_server(void)
{
    return result(mkfifo(in(MINE, "pipe"), 0600));
}

static int watch_theirs(void)
{
    int fd = inotify_init1(IN_CLOEXEC);
    return result(fd < 0 ? fd : inotify_add_watch(fd, folder[OTHERS], IN_CREATE));
}

static int begin_process(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    return result(pid);
}

static int clone_process(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid((pid_t)pid, NULL, 0);
    return result(pid);
}

static int become_program(void)
{
    char *const args[] = {(char[]){"true"}, NULL};
    execv("/bin/true", args); /* which says 0 */
    return errno;
}

static int signal_server(void)
{
    return result(kill(getppid(), 0));
}

static int signal_all(void)
{
    return result(kill(-1, 0));
}

static int signal_servers_thread(void)
{
    return result(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int signal_any_thread(void)
{
    return result(syscall(SYS_tkill, getppid(), 0));
}

static int queue_signal(void)
{
    return result(sigqueue(getppid(), 0, (union sigval){0}));
}

static int signal_by_descriptor(void)
{
    return result(fcntl(STDIN_FILENO, F_SETOWN, getppid()));
}

/* The kernel looks at half of the argument only. */
static int signal_by_descriptor_in_disguise(void)
{
    return result(
        syscall(SYS_fcntl, STDIN_FILENO, (1UL << 32) + F_SETOWN, (long)getppid()));
}

static int descriptor_of_server(void)
{
    return result(syscall(434 /* pidfd_open */, getppid(), 0));
}

static int servers_memory(void)
{
    char byte;
    struct iovec to = {&byte, 1}, from = {&byte, 1};
    return result(process_vm_readv(getppid(), &to, 1, &from, 1, 0));
}

static int servers_limits(void)
{
    struct rlimit limit;
    return result(syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, NULL, &limit));
}

static int servers_processors(void)
{
    cpu_set_t set;
    sched_getaffinity(getppid(), sizeof(set), &set);
    return result(sched_setaffinity(getppid(), sizeof(set), &set));
}

static int servers_turn(void)
{
    return result(setpriority(PRIO_PROCESS, (id_t)getppid(), 19));
}

static int shared_memory(void)
{
    int id = shmget(IPC_PRIVATE, 4096, 0600 | IPC_CREAT);
    if (id >= 0)
        shmctl(id, IPC_RMID, NULL);
    return result(id);
}

static int named_queue(void)
{
    mqd_t queue = mq_open("/stance-test-fence", O_RDWR | O_CREAT, 0600, NULL);
    if (queue >= 0)
        mq_unlink("/stance-test-fence");
    return result(queue);
}

static int new_namespace(void)
{
    return result(unshare(CLONE_FS));
}

static int opens_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        close(fd);
    return result(fd);
}

static int internet_socket(void)
{
    return opens_socket(AF_INET);
}

static int local_socket(void)
{
    return opens_socket(AF_UNIX);
}

/* Without a bind(), which takes any port that is free. */
static int wait_for_connections(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = result(fd < 0 ? fd : listen(fd, 1));
    if (fd >= 0)
        close(fd);
    return error;
}

static int make_and_rename_mine(void)
{
    return opens(in(MINE, "a.part"), O_WRONLY | O_CREAT | O_TRUNC) ||
           result(rename(in(MINE, "a.part"), in(MINE, "a"))) ||
           opens(in(MINE, "a"), O_RDONLY) || result(unlink(in(MINE, "a"))) ||
           result(mkdir(in(MINE, "shots"), 0700)) || result(rmdir(in(MINE, "shots")));
}

static void *nothing(void *user)
{
    return user;
}

static int begin_threads(void)
{
    int rc = 0;
    for (int i = 0; i < 20 && rc == 0; i++) {
        pthread_t thread;
        rc = pthread_create(&thread, NULL, nothing, NULL);
        if (rc == 0)
            pthread_join(thread, NULL);
    }
    return rc;
}

/* What is opened in a thread counts as well. */
static void *read_theirs_in_thread(void *user)
{
    *(int *)user = read_theirs();
    return NULL;
}

static int read_theirs_by_thread(void)
{
    int found = EIO;
    pthread_t thread;
    return pthread_create(&thread, NULL, read_theirs_in_thread, &found) ||
                   pthread_join(thread, NULL)
               ? EIO
               : found;
}

static int signal_oneself(void)
{
    signal(SIGUSR1, SIG_IGN);
    return raise(SIGUSR1) ? errno : result(kill(getpid(), SIGUSR1));
}

static int read_library(void)
{
    return opens("/etc/ld.so.cache", O_RDONLY);
}

static int write_to_nothing(void)
{
    return opens("/dev/null", O_WRONLY);
}

static int use_device(void)
{
    return opens(device, O_RDWR);
}

#endif
