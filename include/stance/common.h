/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_COMMON_H
#define STANCE_COMMON_H

/*
 * What every other header needs: symbol visibility, result codes, errors in words, the
 * log, and the version.
 *
 * Lifetimes are named with four words throughout the headers: *borrowed* (for this call),
 * *kept* (must stay alive until close), *taken* (ours on success, still yours on
 * failure), *returned* (free it with the function named).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#if defined(STANCE_BUILDING)
#define STANCE_API __declspec(dllexport)
#else
#define STANCE_API __declspec(dllimport)
#endif
#else
#define STANCE_API __attribute__((visibility("default")))
#endif

#if defined(__GNUC__)
#define STANCE_PRINTF(format_index, first_index) \
    __attribute__((format(printf, format_index, first_index)))
#else
#define STANCE_PRINTF(format_index, first_index)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Result codes: 0 is done, above 0 is normal flow, below 0 is an error, so `if (rc < 0)`
 * is always right. `exit` is the exit status that the `stance` program gives for the
 * code.
 *
 *   X(name, value, exit, text)
 */
#define STANCE_STATUS_MAP(X)                                       \
    X(OK, 0, 0, "done")                                            \
    X(END, 1, 0, "end of the input")                               \
    X(AGAIN, 2, 0, "nothing yet, try again")                       \
    X(EINVAL, -1, 1, "wrong use")                                  \
    X(ENOMEM, -2, 2, "out of memory")                              \
    X(EINPUT, -3, 2, "an input could not be read")                 \
    X(EMODEL, -4, 3, "a model could not be had")                   \
    X(EENGINE, -5, 3, "a model could not be run")                  \
    X(EOUTPUT, -6, 4, "an output could not be written")            \
    X(ELOST, -7, 5, "done, but frames were lost to decode errors") \
    X(EINTERRUPTED, -8, 130, "interrupted")

enum stance_status {
#define STANCE_STATUS_ENUM(name, value, exit, text) STANCE_##name = value,
    STANCE_STATUS_MAP(STANCE_STATUS_ENUM)
#undef STANCE_STATUS_ENUM
};

/** An error in words. Functions that open, load or parse fill one; NULL is accepted
 * there. */
typedef struct stance_error {
    int code; /**< one of the negative STANCE_ codes, 0 when nothing went wrong */
    char message[1024]; /**< one line: the file, what was expected, what was found */
} stance_error;

/** The short text of a result code; never NULL. Any thread. */
STANCE_API const char *stance_status_text(int code);

/** The exit status of the `stance` program for a result code, 0 to 255. Any thread. */
STANCE_API int stance_status_exit(int code);

/** "1.2.3". Any thread. */
STANCE_API const char *stance_version(void);

typedef enum stance_log_level {
    STANCE_LOG_ERROR, /**< a result is lost */
    STANCE_LOG_WARN,  /**< a result is worse */
    STANCE_LOG_INFO,  /**< once a run */
    STANCE_LOG_DEBUG, /**< not per frame */
    STANCE_LOG_TRACE, /**< per frame */
} stance_log_level;

/**
 * Receives log lines.
 *
 * @param user  what was given to stance_log_set()
 * @param level how bad it is
 * @param part  the part of the library that speaks ("source", "model", ...); borrowed
 * @param line  one line without a line end; borrowed
 *
 * Threads: called from any of the library's threads, one call at a time.
 */
typedef void (*stance_log_fn)(void *user, stance_log_level level, const char *part,
                              const char *line);

/**
 * Send the library's log somewhere. The library itself never prints.
 *
 * @param fn    receiver; NULL drops everything (the state at the start)
 * @param user  handed to `fn`; kept
 * @param most  lines less important than this are not made
 *
 * Threads: any, but set it before the first run.
 */
STANCE_API void stance_log_set(stance_log_fn fn, void *user, stance_log_level most);

#ifdef __cplusplus
}
#endif
#endif
