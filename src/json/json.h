/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_JSON_H
#define ST_JSON_H

#include <stdio.h>

#include "stance/common.h"

/*
 * Reading: a document is parsed once (jansson inside) and then looked at through
 * st_json_get_* calls that check type and range and say where in the file a wrong value
 * stands. Writing: st_json_writer streams to a FILE and keeps no document in memory.
 */

/* ---- reading ---- */

typedef struct st_json st_json; /* a whole document */
typedef struct st_json_value
    st_json_value; /* a value inside; lives as long as the document */

/**
 * Parse text.
 *
 * @param name  what to call it in errors, "cards/x.json"
 * @param code  the STANCE_ code that all errors of this document carry
 * @param json  returned, st_json_close()
 */
int st_json_parse(const char *text, size_t length, const char *name, int code,
                  st_json **json, stance_error *err);
/** Parse a part of a file: a line, or a value that st_json_stream cut out.
 * @param place what it is called in errors, "frames[3]"; "": it is all there is
 * @param line  of the file, at which it begins */
int st_json_parse_part(const char *text, size_t length, const char *name,
                       const char *place, int64_t line, int code, st_json **json,
                       stance_error *err);
/** Parse a file of at most `most` bytes. */
int st_json_open(const char *path, size_t most, int code, st_json **json,
                 stance_error *err);
void st_json_close(st_json **json);
const st_json_value *st_json_root(const st_json *json);

typedef enum st_json_type {
    ST_JSON_NULL,
    ST_JSON_BOOL,
    ST_JSON_NUMBER,
    ST_JSON_TEXT,
    ST_JSON_ARRAY,
    ST_JSON_OBJECT
} st_json_type;
st_json_type st_json_type_of(const st_json_value *value);

/**
 * Members of an object. `path` of the value is known inside, so that errors read
 * "cards/x.json: input.width: expected a whole number from 1 to 4096, found \"big\"".
 * A member that is absent or null: if `required`, an error, else `*out` keeps its value.
 */
int st_json_get_text(const st_json *json, const st_json_value *object, const char *member,
                     bool required, const char **out, stance_error *err);
int st_json_get_int(const st_json *json, const st_json_value *object, const char *member,
                    bool required, int64_t min, int64_t max, int64_t *out,
                    stance_error *err);
int st_json_get_number(const st_json *json, const st_json_value *object,
                       const char *member, bool required, double min, double max,
                       double *out, stance_error *err);
int st_json_get_bool(const st_json *json, const st_json_value *object, const char *member,
                     bool required, bool *out, stance_error *err);
/** An object or array member; *out NULL when absent and not required. */
int st_json_get_object(const st_json *json, const st_json_value *object,
                       const char *member, bool required, const st_json_value **out,
                       stance_error *err);
int st_json_get_array(const st_json *json, const st_json_value *object,
                      const char *member, bool required, size_t n_min, size_t n_max,
                      const st_json_value **out, stance_error *err);
/** The member as it is; NULL for absent and null. For members of several types. */
const st_json_value *st_json_member(const st_json_value *object, const char *member);
/** The value as text; NULL when it is none. */
const char *st_json_as_text(const st_json_value *value);
/** Elements of an array, with the type checked as above. */
size_t st_json_count(const st_json_value *array);
const st_json_value *st_json_at(const st_json_value *array, size_t i);
int st_json_at_text(const st_json *json, const st_json_value *array, size_t i,
                    const char **out, stance_error *err);
int st_json_at_number(const st_json *json, const st_json_value *array, size_t i,
                      double min, double max, double *out, stance_error *err);
/** An error about a value found during the caller's own checks: names document and path.
 */
int st_json_fail(const st_json *json, const st_json_value *value, stance_error *err,
                 const char *format, ...) STANCE_PRINTF(4, 5);
/** Error when the object has a member that is not in the NULL-ended list `known`. */
int st_json_only(const st_json *json, const st_json_value *object,
                 const char *const *known, stance_error *err);

/* ---- writing ---- */

/** Zero-initialise, set `file`. Write errors are kept by the FILE (ferror). */
typedef struct st_json_writer {
    FILE *file;
    int depth;
    bool indent;    /**< a member a line, two spaces a level; else all in one line */
    bool first[64]; /**< private: nothing written yet at this depth */
    bool line[64];  /**< private: this depth is written in one line */
} st_json_writer;

/** `name` is NULL inside arrays and for the root. `in_line`: no line breaks inside. */
void st_json_begin_object(st_json_writer *w, const char *name, bool in_line);
void st_json_end_object(st_json_writer *w);
void st_json_begin_array(st_json_writer *w, const char *name, bool in_line);
void st_json_end_array(st_json_writer *w);
void st_json_write_text(st_json_writer *w, const char *name,
                        const char *text); /* NULL: null */
void st_json_write_int(st_json_writer *w, const char *name, int64_t value);
/** At most `decimals` (0 to 9) decimals, trailing zeros left out; NAN and infinite: null.
 */
void st_json_write_number(st_json_writer *w, const char *name, double value,
                          int decimals);
void st_json_write_bool(st_json_writer *w, const char *name, bool value);
void st_json_write_null(st_json_writer *w, const char *name);

#endif
