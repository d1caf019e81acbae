/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_H
#define ST_SINK_H

#include "frame/packet.h"
#include "stance/run.h"

/* Where results go. One file per kind, ending in a const stance_sink_class. */

extern const stance_sink_class
    st_sink_json; /* stance's own JSON; "-" is standard output */
extern const stance_sink_class st_sink_truth; /* the truth of drawn people, likewise */
extern const stance_sink_class st_sink_coco;  /* poses in the form of COCO's results */
extern const stance_sink_class st_sink_ndjson, st_sink_csv, st_sink_csv_long,
    st_sink_openpose, st_sink_mot, st_sink_trc, st_sink_bvh; /* docs/output.md */
extern const stance_sink_class
    st_sink_video; /* annotated video with the source's sound */
extern const stance_sink_class
    st_sink_picture; /* annotated pictures: a file, or a folder */
extern const stance_sink_class
    st_sink_screenshots; /* now and then an annotated picture */
extern const stance_sink_class
    st_sink_events; /* what happens, into a database: a path, or postgresql://... */
extern const stance_sink_class st_sink_events_json; /* what happens, as JSON */
extern const stance_sink_class st_sink_report;      /* what people do: a page of HTML */
extern const stance_sink_class st_sink_plot;        /* the same as charts: SVG */
#ifdef ST_HAVE_SDL
extern const stance_sink_class st_sink_show; /* a window */
#endif

/** The option rows of stance_video_settings, ended by a NULL name. */
extern const stance_option st_video_options[];
/** Those of stance_screenshot_settings, likewise. */
extern const stance_option st_screenshot_options[];

#endif
