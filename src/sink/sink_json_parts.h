/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_JSON_PARTS_H
#define ST_SINK_JSON_PARTS_H

#include "base/memory.h"
#include "sink/sink.h"
#include "json/json.h"

/* The parts of stance's JSON, which a document and a stream of lines share. */

/** What is written, and of what. */
typedef struct st_json_about {
    const stance_stream *stream;
    const stance_skeleton *skeleton;
    const char *model;
    bool single; /**< the form */
    bool truth; /**< what is written is the source's own, and nothing is measured of it */
    st_text text; /**< scratch for names; st_text_clear() when done */
} st_json_about;

void st_json_about_init(st_json_about *about, const stance_stream *stream);

/** A time in milliseconds, with at most 3 decimals. */
void st_json_write_ms(st_json_writer *w, const char *name, int64_t us);

/**
 * The member "meta".
 *
 * @param place writes a member whose number is known only at the end, and remembers where
 * it stands; NULL: a null is written
 */
void st_json_write_meta(st_json_writer *w, st_json_about *about,
                        void (*place)(void *user, const char *name), void *user);
/** The member "keypoint_format". */
void st_json_write_format(st_json_writer *w, const st_json_about *about);
/** A frame, as an element of "frames". @param poses who is written */
void st_json_write_frame(st_json_writer *w, st_json_about *about,
                         const stance_result *result, const stance_poses *poses);
/** The member "summary". */
void st_json_write_summary(st_json_writer *w, const st_json_about *about,
                           const stance_summary *summary);

#endif
