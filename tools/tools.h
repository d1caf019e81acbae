/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_H
#define TOOLS_H

#include <stdarg.h>
#include <stdio.h>

#include "stance/stance.h"

/*
 * What the rooms of the `stance` program share: the commands, text, and messages.
 *
 * The program is built on the public headers only. Out of memory ends it with exit status
 * 2, so nothing here returns NULL for want of memory.
 */

/* ---- commands: argv[0] is the command's own name; the return is the exit status ---- */

int cmd_run(int argc, char **argv);
int cmd_models(int argc, char **argv);
int cmd_eval(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_convert(int argc, char **argv);
int cmd_devices(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_mannequin(int argc, char **argv);
int cmd_options(int argc, char **argv);
int cmd_serve(int argc, char **argv);
/** For `stance serve` alone: it is in no table. */
int cmd_worker(int argc, char **argv);

/** A line of `stance --help` and a chapter of the manual. */
typedef struct command {
    const char *name; /**< NULL ends the table */
    const char *line; /**< what it does, one line without a full stop */
    int (*run)(int argc, char **argv);
    const char *usage; /**< what follows the name: "INPUT... [options]" */
    const char *text;  /**< paragraphs for help and manual, joined by an empty line */
    bool no_words;     /**< it takes options only */
    const stance_option_group *(*groups)(void); /**< its options; NULL: none */
    const char *words;           /**< sub-commands for completion, spaces between; NULL */
    const char *const *examples; /**< pairs: command line, what it does; NULL ends */
    const struct command *subs;  /**< sub-commands with options of their own, called
                                    "eval pose", ...; NULL: none */
} command;

extern const command commands[];
/** All of them, each followed by its sub-commands. NULL past the end */
const command *command_at(size_t n);
/** NULL when there is none of that name. */
const command *command_find(const char *name);

/* ---- clock.c ---- */

/** Microseconds since 1970 UTC. */
int64_t wall_us(void);
/** Microseconds of a clock that nobody sets. */
int64_t steady_us(void);
/** @param began_us on the steady clock */
double seconds_since(int64_t began_us);
void nap_ms(int ms);

/* ---- text.c: memory and growing text ---- */

void *must_alloc(size_t n, size_t size);
void *must_grow(void *old, size_t n, size_t size);
char *must_copy(const char *text);
/** What is behind a path's last folder, of any system; a part of `path`. */
const char *base_name(const char *path);
/** As printf, into a new string; free(). */
char *must_format(const char *format, ...) STANCE_PRINTF(1, 2);

/** Text that grows; start with {0}, end with free(data). */
typedef struct text {
    char *data; /**< NUL behind it; NULL while empty */
    size_t n;
    size_t capacity; /**< bytes there is room for; grows by doubling */
} text;
void text_add(text *t, const char *string);
void text_add_bytes(text *t, const char *bytes, size_t n);
void text_addf(text *t, const char *format, ...) STANCE_PRINTF(2, 3);
/** Add words wrapped to `width` columns; lines after the first are indented by `indent`,
 * the first begins at column `at`. */
void text_wrap(text *t, const char *words, int at, int indent, int width);

/** A list of strings that owns them; start with {0}. */
typedef struct strings {
    char **at;
    size_t n;
} strings;
void strings_add(strings *list, const char *string);
void strings_clear(strings *list);

/** Collects the nearest of several words to a mistyped one; start with {.name = ...}. */
typedef struct nearest {
    const char *name;  /**< what was typed */
    const char *found; /**< NULL: nothing is near */
    size_t distance;
} nearest;
void nearest_try(nearest *n, const char *candidate);

/** The first line of a file, such as a token; free(). NULL: it cannot be read, or is
 * empty. */
char *first_line(const char *path);
/** The text with `with` wherever it had `what`. @param string freed; NULL: NULL */
char *replaced(char *string, const char *what, const char *with);
/** Line ends and other control characters become spaces, whatever a file is called. */
void one_line(char *string);
/** Fill an error. @return `code` */
int fail(stance_error *err, int code, const char *format, ...) STANCE_PRINTF(3, 4);

/* ---- say.c: everything that goes to standard error ---- */

enum { LOG_TEXT, LOG_JSON };
enum { PROGRESS_AUTO, PROGRESS_JSON, PROGRESS_NONE };

typedef struct say_settings {
    bool quiet, verbose;
    int format;   /**< LOG_TEXT, or LOG_JSON: one JSON object a line */
    int progress; /**< PROGRESS_AUTO: a line that is replaced, on a terminal */
} say_settings;

/** Its options, which all commands with messages have; a group "Messages". */
extern const stance_option say_options[];

/** How messages are written from now on; also becomes the library's log. */
void say_set(const say_settings *settings);
/** One line. `part` is for JSON and --verbose: "run", "models", ... */
void say(stance_log_level level, const char *part, const char *format, ...)
    STANCE_PRINTF(3, 4);
/** One line saying what went wrong. @return the exit status for err->code */
int say_error(const char *part, const stance_error *err);
/** As say_error(), for wrong use: exit status 1. */
int say_misuse(const char *format, ...) STANCE_PRINTF(1, 2);
/** A line that is replaced by the next one; "" clears it. Only on a terminal. */
void say_progress(const char *line);
/** True when a progress line would be seen. */
bool say_shows_progress(void);
/** True when progress is wanted as JSON lines, by say_raw(). */
bool say_progress_is_json(void);
/** Text as it is (tables, JSON lines), after clearing the progress line. */
void say_raw(const char *string);
bool say_is_json(void);
/** True when lines of that level are said. */
bool say_wants(stance_log_level level);

/** Write text to standard output and check that it arrived. @return exit status */
int print_out(const char *string);

/* ---- json_text.c: JSON into growing text ---- */

typedef struct json_text {
    text text;
    bool comma;  /**< a value was written at this level */
    bool pretty; /**< one member a line */
    int depth;
} json_text;
/** @param key NULL inside arrays and at the top. @param bracket '{' or '[' */
void json_open(json_text *j, const char *key, char bracket);
void json_close(json_text *j, char bracket);
/** @param string NULL writes null; what is not UTF-8 is replaced */
void json_string(json_text *j, const char *key, const char *string);
void json_int(json_text *j, const char *key, int64_t value);
/** @param decimals at most so many */
void json_number(json_text *j, const char *key, double value, int decimals);
void json_bool(json_text *j, const char *key, bool value);

#endif
