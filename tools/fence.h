/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_FENCE_H
#define TOOLS_FENCE_H

#include "tools.h"

/* What a process that looks at a stranger's file gives up, for ever: other files, other
 * processes, other programs, sockets, rights over the system. */

typedef enum fence_network {
    FENCE_NO_SOCKETS,
    FENCE_INTERNET, /**< none to programs of this machine by a file's name */
    FENCE_SOCKETS,  /**< of any kind */
} fence_network;

/** What stays. Start with {0}, end with fence_clear(). */
typedef struct fence {
    strings read;    /**< files, and folders with all below */
    strings write;   /**< folders in which files may be made, changed and removed; files
                        that may be changed */
    strings devices; /**< are read, written and told what to do */
    fence_network network;
    bool any_file; /**< files are not limited: a window needs who knows what */
} fence;

/** What is in force. */
enum {
    FENCE_FILES = 1,   /**< files are limited (Landlock) */
    FENCE_SIGNALS = 2, /**< and signals and abstract sockets, by the same */
    FENCE_CALLS = 4,   /**< system calls are limited (seccomp) */
};

/**
 * Put it up. Before there are threads: it holds for the caller and what comes after.
 *
 * What libraries need to work at all, and networks' libraries, may be read in any case.
 * What is not there is left out.
 *
 * @return what is in force, FENCE_FILES, ...; the rest this system or build cannot do
 */
unsigned fence_in(const fence *f);
void fence_clear(fence *f);

/** What files a path to write comes to: the folder it lies in, or the folder or the
 * special file that it is; none for "-". @param path NULL: nothing */
void fence_write_at(fence *f, const char *path);

/* Its two halves. */
unsigned fence_files(const fence *f);
unsigned fence_calls(fence_network network);

#endif
