/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children that are fenced in: rlimits always; where the system allows it, a network
 * namespace with nothing in it and no way to gain rights. Which files they open and which
 * calls they make they limit themselves (--fence, tools/fence.c): what they are to look
 * at is known to them alone, and their libraries are in place then.
 *
 * Between fork and exec only what is safe after a fork of a threaded process is called.
 * The child dies with the server (PR_SET_PDEATHSIG).
 */
#define _GNU_SOURCE /* pipe2, unshare */

#include "child.h"
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_FILES = 256,
    MOST_LINE = 64 * 1024,
    NAP_MS = 200,
    MOST_ARGS = 96,
    MOST_OPEN = 4096,
    END_S = 5,
    END_NAP_MS = 5
};

static void limit(int what, int64_t most)
{
    struct rlimit l = {(rlim_t)most, (rlim_t)most};
    if (most > 0)
        setrlimit(what, &l);
}

static int leave_network(void)
{
    return unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

/* In the child. */
static void set_limits(const child_limits *l, bool network)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!network && !leave_network())
        errno = 0; /* not here: that it may have no sockets is the fence */
    limit(RLIMIT_CPU, l->cpu_s);
    limit(RLIMIT_AS, l->memory_bytes);
    limit(RLIMIT_FSIZE, l->file_bytes);
    limit(RLIMIT_NOFILE, MOST_FILES);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

/* In a process of its own, as none of it can be taken back. */
static int try_out(int (*fn)(void))
{
    pid_t pid = fork();
    int status = 0;
    if (pid == 0)
        _exit(fn());
    if (pid > 0)
        waitpid(pid, &status, 0);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int put_up_fence(void)
{
    return (int)fence_in(&(fence){0});
}

void child_describe_fence(text *t)
{
    text_add(t, "limits on time, memory, files");
    text_add(t, try_out(leave_network) ? "; no network"
                                       : "; the system allows no fence around the "
                                         "network");
    unsigned force = (unsigned)try_out(put_up_fence);
    text_add(t, force & FENCE_FILES ? "; no files but their own (Landlock)"
                                    : "; which files they open is not limited, as this "
                                      "system has no Landlock");
    text_add(t, force & FENCE_SIGNALS ? "; no signals to others (Landlock)" : "");
    text_add(t, force & FENCE_CALLS ? "; limited system calls (seccomp)"
                                    : "; system calls are not limited");
}

enum { INPUT, OUTPUT, LINES, PIPES };

static void close_pipes(int ends[PIPES][2])
{
    for (int i = 0; i < PIPES; i++)
        for (int k = 0; k < 2; k++)
            if (ends[i][k] >= 0)
                close(ends[i][k]);
}

/* @return false: not all are to be had */
static bool open_pipes(int ends[PIPES][2], unsigned what)
{
    const bool wanted[PIPES] = {what & CHILD_INPUT, what & CHILD_OUTPUT, true};
    bool good = true;
    for (int i = 0; i < PIPES; i++) {
        ends[i][0] = ends[i][1] = -1;
        if (wanted[i] && good)
            good = pipe2(ends[i], O_CLOEXEC) == 0;
    }
    return good;
}

/* In the child; does not come back. @param before the signals that were blocked */
static void become(char *const *args, int ends[PIPES][2], const child_limits *limits,
                   bool network, const sigset_t *before)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(ends[INPUT][0] >= 0 ? ends[INPUT][0] : null, STDIN_FILENO);
    dup2(ends[OUTPUT][1] >= 0 ? ends[OUTPUT][1] : null, STDOUT_FILENO);
    dup2(ends[LINES][1], STDERR_FILENO);
    /* Not everything is opened to be closed here, in libraries above all. */
    if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
        for (int fd = STDERR_FILENO + 1; fd < MOST_OPEN; fd++)
            close(fd);
    static const int asks[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
        signal(asks[i], SIG_DFL); /* until it has a handler of its own */
    sigprocmask(SIG_SETMASK, before, NULL);
    setpgid(0, 0); /* a Ctrl-C at the server's terminal is the server's */
    set_limits(limits, network);
    execv("/proc/self/exe", args);
    _exit(127);
}

static int take_end(int ends[2], int which)
{
    int fd = ends[which];
    ends[which] = -1;
    return fd;
}

int child_start(child *c, const char *const *argv, const child_limits *limits,
                unsigned what, stance_error *err)
{
    int ends[PIPES][2];
    char *args[MOST_ARGS];
    size_t n = 0;
    *c = (child){.pid = -1, .lines = -1, .input = -1, .output = -1};
    args[n++] = must_copy("stance");
    for (size_t i = 0; argv[i] && n + 2 < MOST_ARGS; i++) {
        args[n++] = must_copy(argv[i]);
        if (i == 0 && !(what & CHILD_TRUSTED))
            args[n++] = must_copy("--fence");
    }
    args[n] = NULL;
    bool good = open_pipes(ends, what);
    /* Who asks it to end at once would be heard by its copy of the server's handler. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (good)
        c->pid = fork();
    if (c->pid == 0)
        become(args, ends, limits, what & CHILD_NETWORK, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    int rc = 0;
    if (c->pid < 0) {
        rc =
            fail(err, STANCE_ENOMEM, "a child could not be started: %s", strerror(errno));
    } else {
        c->input = take_end(ends[INPUT], 1);
        c->output = take_end(ends[OUTPUT], 0);
        c->lines = take_end(ends[LINES], 0);
        c->said.most = MOST_LINE;
        c->kill_at_us =
            limits->wall_s > 0 ? steady_us() + limits->wall_s * 1000000 : INT64_MAX;
        if (c->input >= 0)
            fcntl(c->input, F_SETFL, O_NONBLOCK);
    }
    close_pipes(ends);
    for (size_t i = 0; i < n; i++)
        free(args[i]);
    return rc;
}

void child_kill(const child *c)
{
    if (c->pid <= 1) /* there is none: others would be meant */
        return;
    kill(-c->pid, SIGKILL);
    kill(c->pid, SIGKILL);
}

bool child_is_dead(const child *c)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == c->pid;
}

char *child_line(child *c, bool (*stop)(void *user), void *user)
{
    bool asked = false;
    for (;;) {
        char *line = pieces_line(&c->said);
        if (line)
            return line;
        if (steady_us() > c->kill_at_us) {
            child_kill(c);
        } else if (!asked && stop && stop(user)) {
            child_kill(c);
            asked = true;
        }
        struct pollfd wait = {.fd = c->lines, .events = POLLIN};
        int ready = poll(&wait, 1, NAP_MS);
        if (ready < 0 && errno != EINTR)
            return NULL;
        if (ready > 0 && !pieces_read(&c->said, c->lines))
            return NULL;
        if (ready == 0 && child_is_dead(c)) /* others may have its end of the pipe */
            return NULL;
    }
}

int child_end(child *c, const char **why)
{
    int status = 0;
    *why = NULL;
    const int fds[] = {c->lines, c->input, c->output};
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    /* It has nothing more to say, and may have closed its mouth only. */
    int64_t until_us = steady_us() + END_S * 1000000LL;
    while (!child_is_dead(c) && steady_us() < until_us)
        nap_ms(END_NAP_MS);
    child_kill(c);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool late = steady_us() > c->kill_at_us;
    pieces_clear(&c->said);
    *c = (child){.pid = -1, .lines = -1, .input = -1, .output = -1};
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    int number = WTERMSIG(status);
    *why = late || number == SIGXCPU ? "it took longer than is allowed"
           : number == SIGXFSZ       ? "its result is larger than is allowed"
           : number == SIGKILL       ? "it was ended"
                                     : "it crashed, as it may with a broken file";
    return -1;
}

char *child_hide(char *message, const char *path)
{
    static const char *const ends[] = {": ", "/", ""};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char *whole = must_format("%s%s", path, ends[i]);
        message = replaced(message, whole, "");
        free(whole);
    }
    return message;
}
