/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "tools.h"

/* What a run came to, in words and numbers. */

/** The progress line of one input: "walk.mp4  45%  135 of 300 frames  58 fps  3 s left".
 */
void progress_line(text *t, const char *label, const stance_progress *p,
                   double elapsed_s);
/** The same as a line of JSON. */
void progress_json(text *t, const char *label, const stance_progress *p);

/** Seconds as people read them: "5.2 s", "3 min 20 s", "1 h 05 min". */
void add_seconds(text *t, double seconds);

/** "300 frames in 5.2 s (57.7 a second)", and what was lost. @param noun "frame" @param
 * chosen the user said whom to follow */
void report_words(text *t, const char *noun, const stance_summary *summary,
                  const stance_stats *stats, bool chosen);

/** The table of --stats. */
void report_table(text *t, const char *label, const stance_summary *summary,
                  const stance_stats *stats);

/** The object of --stats-json. @param key NULL in an array or at the top */
void report_json(json_text *j, const char *key, const char *label,
                 const stance_summary *summary, const stance_stats *stats, int rc);

#endif
