/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result codes, their texts and exit statuses, and errors in words.
 *
 * All three come from one list, STANCE_STATUS_MAP in stance/common.h. There is no global
 * last error: whoever fails writes into the stance_error that the caller gave.
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#ifndef ST_VERSION
#error "ST_VERSION comes from the build: project(VERSION) in CMakeLists.txt"
#endif

const char *stance_version(void)
{
    return ST_VERSION;
}

const char *stance_status_text(int code)
{
    switch (code) {
#define STATUS_TEXT(name, value, exit, text) \
    case value:                              \
        return text;
        STANCE_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
    default:
        return "unknown result code";
    }
}

int stance_status_exit(int code)
{
    switch (code) {
#define STATUS_EXIT(name, value, exit, text) \
    case value:                              \
        return exit;
        STANCE_STATUS_MAP(STATUS_EXIT)
#undef STATUS_EXIT
    default:
        return 1;
    }
}

/* An error is one line: what comes from outside may hold line ends. */
static void keep_one_line(char *message)
{
    size_t length = strlen(message);
    while (length > 0 && (message[length - 1] == '\n' || message[length - 1] == ' '))
        message[--length] = '\0';
    for (char *c = message; *c; c++)
        if ((unsigned char)*c < 0x20)
            *c = ' ';
}

int st_fail(stance_error *err, int code, const char *format, ...)
{
    if (!err)
        return code;
    err->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    keep_one_line(err->message);
    return code;
}

int st_fail_memory(stance_error *err)
{
    return st_fail(err, STANCE_ENOMEM, "out of memory");
}

int st_fail_prefix(stance_error *err, const char *format, ...)
{
    if (!err)
        return STANCE_EINVAL;
    char old[sizeof(err->message)];
    memcpy(old, err->message, sizeof(old));
    va_list args;
    va_start(args, format);
    int n = vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    size_t room = n < 0 || (size_t)n >= sizeof(old) ? 0 : sizeof(old) - (size_t)n;
    if (room > 3) {
        old[room - 3] = '\0'; /* what no longer fits behind the context is cut off */
        memcpy(err->message + n, ": ", 2);
        memcpy(err->message + n + 2, old, strlen(old) + 1);
    }
    keep_one_line(err->message);
    return err->code;
}
