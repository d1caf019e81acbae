/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_OPTION_H
#define STANCE_OPTION_H

#include "stance/common.h"

/*
 * Option tables. One row tells everything about an option: name, type, field, default,
 * range, unit, choices and help sentence. Defaults, command line, config file, web form,
 * `--help` and docs/options.md are all made from the rows. The module that owns the field
 * owns the row.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef enum stance_option_type {
    STANCE_OPTION_BOOL,   /**< field bool; "yes", "no", "true", "false", "1", "0", "on",
                             "off" */
    STANCE_OPTION_INT,    /**< field int64_t, in [min, max] */
    STANCE_OPTION_NUMBER, /**< field double, in [min, max]; NAN stands for "not given" */
    STANCE_OPTION_TIME, /**< field double, seconds; "12.5", "1:30", "01:02:03.5"; NAN not
                           given */
    STANCE_OPTION_SIZE, /**< field int64_t with suffix k, M, G (1000) or Ki, Mi, Gi (1024)
                         */
    STANCE_OPTION_STRING, /**< field char *, own copy; NULL stands for "not given" */
    STANCE_OPTION_CHOICE, /**< field int: the value of one choice */
    STANCE_OPTION_FLAGS,  /**< field int: choices joined by commas, or-ed */
    STANCE_OPTION_RECT,   /**< field int[4]: "X,Y,W,H"; 0 x 0 stands for "not given" */
} stance_option_type;

typedef struct stance_choice {
    const char *name; /**< NULL ends the list */
    int value;
    const char *help; /**< may be NULL */
} stance_choice;

typedef struct stance_option {
    const char *name; /**< long name without dashes; NULL ends a table */
    char letter;      /**< short name, or 0 */
    stance_option_type type;
    size_t offset;      /**< of the field in the settings struct */
    const char *preset; /**< the default as text; NULL: not given */
    double min, max;    /**< for INT, NUMBER, TIME and SIZE; both 0: any */
    const char *unit;   /**< "px", "s", ... or NULL */
    const stance_choice *choices;
    const char *value_name; /**< for help: "FILE", "N"; NULL: made from the type */
    const char *help;       /**< one sentence without a full stop */
    char join; /**< STRING: given several times, the values become one with this between;
                  0: the last one counts */
} stance_option;

/** A titled table and the place of its struct inside a larger one. */
typedef struct stance_option_group {
    const char *title; /**< heading in the help; NULL ends the list */
    const stance_option *rows;
    size_t offset; /**< of the struct that the rows' offsets count from */
} stance_option_group;

/**
 * Fill every field with its default.
 *
 * @param groups   list ended by a NULL title; borrowed
 * @param settings the struct that the offsets count from; overwritten, not freed first
 * @return 0 or STANCE_ENOMEM
 */
STANCE_API int stance_options_defaults(const stance_option_group *groups, void *settings);

/** Free what strings hold and set them to NULL. */
STANCE_API void stance_options_clear(const stance_option_group *groups, void *settings);

/** The row of that long name, its group in *group (may be NULL); NULL when there is none.
 */
STANCE_API const stance_option *stance_options_find(const stance_option_group *groups,
                                                    const char *name,
                                                    const stance_option_group **group);

/** The row of that letter; otherwise as stance_options_find(). */
STANCE_API const stance_option *
stance_options_find_letter(const stance_option_group *groups, char letter,
                           const stance_option_group **group);

/**
 * Set one option from text.
 *
 * @param name  long name; an unknown one is an error that proposes the nearest
 * @param value text as a user types it; borrowed
 * @return 0, STANCE_EINVAL (`err` says what was expected and found) or STANCE_ENOMEM; on
 * error the field keeps its value
 */
STANCE_API int stance_options_set(const stance_option_group *groups, void *settings,
                                  const char *name, const char *value, stance_error *err);

/**
 * The value in force as text that stance_options_set() reads back.
 *
 * @param text room for `size` bytes; "" for "not given"
 * @return length of the whole text, or STANCE_EINVAL for an unknown name
 */
STANCE_API int stance_options_get(const stance_option_group *groups, const void *settings,
                                  const char *name, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
