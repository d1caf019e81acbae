/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CHILD_H
#define SERVER_CHILD_H

#include <sys/types.h>

#include "pieces.h"

/* A process of this program that does one piece of work with a stranger's file, fenced
 * in: what crashes or hangs there costs that piece of work and nothing else. */

typedef struct child_limits {
    int64_t cpu_s, memory_bytes, file_bytes;
    int64_t wall_s; /**< it is killed after so long */
} child_limits;

/** What of it is wanted beside its words. */
enum {
    CHILD_INPUT = 1,   /**< its standard input is a pipe */
    CHILD_OUTPUT = 2,  /**< its standard output is one */
    CHILD_NETWORK = 4, /**< it may reach other machines */
    CHILD_TRUSTED = 8, /**< it reads nothing that a stranger made, and is not fenced in
                        further than by limits */
};

typedef struct child {
    pid_t pid;
    int lines;          /**< what it says on standard error */
    int input, output;  /**< -1: not asked for; input does not block */
    int64_t kill_at_us; /**< on the steady clock */
    pieces said;        /**< a line that has not ended yet */
} child;

/** Start `stance` with these arguments, ended by NULL; argv[0] is the command.
 * @param limits 0: none of that kind */
int child_start(child *c, const char *const *argv, const child_limits *limits,
                unsigned what, stance_error *err);

/**
 * Wait for its next line.
 *
 * @param stop looked at now and then; true: the child is ended and its lines go on
 * @return the line, free(); NULL: it has said all
 */
char *child_line(child *c, bool (*stop)(void *user), void *user);

/** End it, and those that it has started, at once. */
void child_kill(const child *c);
/** True when it has ended; child_end() is still to be called. */
bool child_is_dead(const child *c);

/** Wait for its end, which has to come soon. @param why NULL, or in words what killed it
 * @return exit status, -1: it did not end by itself */
int child_end(child *c, const char **why);

/** Where things lie on this machine is nobody's business: what a child said, without a
 * path.
 * @param message freed; may be NULL @return likewise */
char *child_hide(char *message, const char *path);

/** What the fence is made of on this machine, in words, for the log. */
void child_describe_fence(text *t);

#endif
