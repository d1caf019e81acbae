/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stance's JSON as a stream of lines (docs/output.md), last stage of the flow: a header
 * with schema, meta and keypoint_format, then each frame as soon as it is known, then a
 * line with the summary.
 *
 * A frame's line is what the element of "frames" is in the document, so that one reader
 * does for both. Each line is written out at once, into files too: who follows a camera
 * sees it.
 */
#include <errno.h>

#include "base/status.h"
#include "sink/sink_json_file.h"
#include "sink/sink_json_parts.h"

typedef struct ndjson_sink {
    st_sink_json_file out;
    st_json_about about;
} ndjson_sink;

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    ndjson_sink *s = self;
    int rc = st_sink_json_open(&s->out, target, err);
    s->out.w.indent = false;
    return rc;
}

static int flush(ndjson_sink *s, stance_error *err)
{
    fflush(s->out.file);
    return s->about.text.failed ? st_fail_memory(err) : st_sink_json_check(&s->out, err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    ndjson_sink *s = self;
    st_json_writer *w = &s->out.w;
    st_json_about_init(&s->about, stream);
    errno = 0;
    st_json_begin_object(w, NULL, true);
    st_json_write_text(w, "schema", "stance/1");
    st_json_write_meta(w, &s->about, NULL, NULL);
    st_json_write_format(w, &s->about);
    st_json_end_object(w);
    return flush(s, err);
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    ndjson_sink *s = self;
    errno = 0;
    st_json_write_frame(&s->out.w, &s->about, result, result->poses);
    return flush(s, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    ndjson_sink *s = self;
    errno = 0;
    st_json_begin_object(&s->out.w, NULL, true);
    st_json_write_summary(&s->out.w, &s->about, summary);
    st_json_end_object(&s->out.w);
    return st_sink_json_commit(&s->out, err);
}

static void close_sink(void *self)
{
    ndjson_sink *s = self;
    st_sink_json_close(&s->out);
    st_text_clear(&s->about.text);
}

const stance_sink_class st_sink_ndjson = {
    .name = "ndjson",
    .help = "the same JSON as a stream: a header, a frame a line, a summary",
    .size = sizeof(ndjson_sink),
    .only_poses = true,
    .open = open_sink,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
