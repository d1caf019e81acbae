/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_JSON_STREAM_H
#define ST_JSON_STREAM_H

#include "base/reader.h"
#include "json/json.h"

/*
 * A JSON document of any size, read one value at a time: go into objects and arrays,
 * then take each member or element as a small document of its own, or pass over it.
 *
 * All functions return 0, STANCE_END where the header says so, STANCE_EINPUT with the
 * file and line in `err`, STANCE_EINTERRUPTED or STANCE_ENOMEM.
 */
typedef struct st_json_stream {
    st_reader *reader; /* kept; set it, and zero the rest */
    st_text text;      /* scratch: the value that is taken */
    st_text place;     /* scratch: where it stands */
    int depth;
    bool begun[8]; /* by depth: something was read there */
} st_json_stream;

void st_json_stream_clear(st_json_stream *s);

/** What comes next: '{', '[', '"', the first character of something else, or -1. */
int st_json_stream_peek(st_json_stream *s);

/** Go into an object or array; `bracket` is '{' or '['. At most 8 deep. */
int st_json_stream_enter(st_json_stream *s, char bracket, stance_error *err);

/** The name of the object's next member; STANCE_END behind the last, which leaves it.
 * @param name filled */
int st_json_stream_member(st_json_stream *s, st_text *name, stance_error *err);

/** Go to the array's next element; STANCE_END behind the last, which leaves it. */
int st_json_stream_element(st_json_stream *s, stance_error *err);

/**
 * Take the value that comes next.
 *
 * @param place what it is called in errors: "meta", "frames[12]"
 * @param json  returned, st_json_close()
 */
int st_json_stream_take(st_json_stream *s, const char *place, st_json **json,
                        stance_error *err);

/** Pass over the value that comes next; only brackets and quotes are looked at. */
int st_json_stream_pass(st_json_stream *s, stance_error *err);

/** Behind the root value: check that nothing but blanks follows. */
int st_json_stream_end(st_json_stream *s, stance_error *err);

#endif
