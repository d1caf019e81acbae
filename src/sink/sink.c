/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of sinks, and the schema of what the first of them writes.
 *
 * A new sink is one file that ends in a const stance_sink_class and one line here. The
 * text of the schema is docs/schema/stance-1.schema.json itself: the build turns the file
 * into the array below (cmake/embed.cmake), so the two cannot drift apart.
 */
#include "sink/sink.h"

#include <string.h>

extern const char st_schema_text[]; /* made by the build, NUL-terminated */

static const stance_sink_class *const sinks[] = {
    &st_sink_json,        &st_sink_truth,    &st_sink_coco,        &st_sink_ndjson,
    &st_sink_csv,         &st_sink_csv_long, &st_sink_openpose,    &st_sink_mot,
    &st_sink_trc,         &st_sink_bvh,      &st_sink_video,       &st_sink_picture,
    &st_sink_screenshots, &st_sink_events,   &st_sink_events_json, &st_sink_report,
    &st_sink_plot,
#ifdef ST_HAVE_SDL
    &st_sink_show,
#endif
};

const stance_sink_class *stance_sink_at(size_t n)
{
    return n < sizeof(sinks) / sizeof(*sinks) ? sinks[n] : NULL;
}

const stance_sink_class *stance_sink_find(const char *name)
{
    const stance_sink_class *sink;
    for (size_t i = 0; (sink = stance_sink_at(i)); i++)
        if (strcmp(sink->name, name) == 0)
            return sink;
    return NULL;
}

const char *stance_schema(void)
{
    return st_schema_text;
}
