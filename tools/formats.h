/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_FORMATS_H
#define TOOLS_FORMATS_H

#include "tools.h"

/* The forms in which joints are written, for `stance run` and `stance convert`. */

typedef enum pose_format {
    FORMAT_AUTO, /**< by the name's ending, else stance's own */
    FORMAT_STANCE,
    FORMAT_NDJSON,
    FORMAT_CSV,
    FORMAT_CSV_LONG,
    FORMAT_COCO,
    FORMAT_OPENPOSE,
    FORMAT_MOT,
    FORMAT_TRC,
    FORMAT_BVH,
    FORMAT_COUNT
} pose_format;

typedef struct format_row {
    const char *name;         /**< of --format */
    const char *sink;         /**< of the library's sink */
    const char *ending;       /**< that files of this form have; "" for a folder */
    const char *other_ending; /**< NULL: none */
    bool folder;              /**< it writes a folder */
    bool several;       /**< it may write several files, and none to standard output */
    bool says_complete; /**< it says itself whether all of the input is in it */
} format_row;

/** The choices of --format and --to. */
extern const stance_choice pose_formats[];

/** @param format pose_format @param path what is written; may be NULL */
const format_row *format_of(int format, const char *path);

/** True when the name ends as that of a file of one of the forms. */
bool is_format_name(const char *path);

#endif
