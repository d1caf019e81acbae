/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SINK_KIT_H
#define SINK_KIT_H

/* What the tests of sinks share: a folder, a stream, frames, poses, and a sink driven
 * through its life. */

#include "dir_kit.h"

#include <math.h>

#include "base/file.h"
#include "base/memory.h"
#include "frame/frame.h"
#include "sink/sink.h"

static inline stance_stream kit_stream(int width, int height, stance_pix format)
{
    return (stance_stream){
        .source = "clip.mp4",
        .width = width,
        .height = height,
        .sar_den = 1,
        .fps_num = 25,
        .fps_den = 1,
        .time_num = 1,
        .time_den = 12800, /* steps of 512 a frame, as ffmpeg writes mp4 */
        .duration_us = -1,
        .n_frames = -1,
        .format = format,
        .colour = {2, 2, 2, 0, false},
        .model = "walker",
        .skeleton = stance_skeleton_find("coco17"),
        .single = true,
    };
}

/* A frame with a ramp that moves with its number. */
static inline stance_frame *kit_frame(const stance_stream *stream, int64_t i,
                                      int64_t pts_us, int64_t duration_us)
{
    stance_frame *frame = stance_frame_new(stream->width, stream->height, stream->format);
    assert_non_null(frame);
    frame->colour = stream->colour;
    frame->index = i;
    frame->pts_us = pts_us;
    frame->duration_us = duration_us;
    for (int p = 0; p < stance_pix_planes(stream->format); p++) {
        int w, h;
        stance_pix_plane_size(stream->format, p, stream->width, stream->height, &w, &h);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                frame->data[p][y * frame->stride[p] + x] =
                    (uint8_t)(p ? 100 + 20 * p : 40 + (x + y + 3 * i) % 128);
    }
    return frame;
}

typedef struct kit_sink {
    const stance_sink_class *class;
    void *self;
    stance_settings settings;
    stance_error err;
} kit_sink;

/* Open with options given as name, value pairs ended by NULL. */
static inline int kit_open(kit_sink *s, const stance_sink_class *class,
                           const char *target, const char *const *options)
{
    *s = (kit_sink){.class = class};
    assert_int_equal(stance_settings_defaults(&s->settings), 0);
    for (; options && options[0]; options += 2)
        assert_int_equal(stance_options_set(stance_settings_groups(), &s->settings,
                                            options[0], options[1], &s->err),
                         0);
    s->self = st_alloc(class->size);
    assert_non_null(s->self);
    int rc = class->check ? class->check(target, &s->settings, NULL, &s->err) : 0;
    return rc < 0 ? rc : class->open(s->self, target, &s->settings, &s->err);
}

static inline int kit_begin(kit_sink *s, const stance_stream *stream)
{
    return s->class->begin ? s->class->begin(s->self, stream, &s->err) : 0;
}

static inline int kit_give(kit_sink *s, stance_frame *frame, const stance_poses *poses)
{
    stance_result result = {.frame = frame, .picture = frame, .poses = poses};
    int rc = s->class->frame(s->self, &result, &s->err);
    stance_frame_unref(&frame);
    return rc;
}

static inline int kit_end(kit_sink *s, const stance_summary *summary)
{
    return s->class->end ? s->class->end(s->self, summary, &s->err) : 0;
}

static inline void kit_close(kit_sink *s)
{
    s->class->close(s->self);
    st_free(s->self);
    stance_settings_clear(&s->settings);
}

/* rc as expected, else the error is shown. */
static inline void kit_expect(const kit_sink *s, int rc, int expected)
{
    if (rc != expected)
        fail_msg("found %d (%s), expected %d", rc, s->err.message, expected);
}

#endif
