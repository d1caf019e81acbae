/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of poses to other files of poses: the same sinks that a run has, fed from a
 * reader in place of a source and a network.
 *
 * One frame at a time, on the caller's thread. What is done to poses between reading and
 * writing is done in change_poses(), and nowhere else.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "stance/posefile.h"

enum { PROGRESS_EVERY_US = 200000 };

typedef struct opened_sink {
    const stance_sink_class *class;
    void *self;
} opened_sink;

typedef struct conversion {
    const stance_convert_settings *settings;
    stance_settings own_settings; /* of the sinks, where none were given */
    stance_posefile *file;
    stance_stream stream;            /* the file's, as the sinks see it */
    const stance_skeleton *skeleton; /* NULL: points stay as they are */
    stance_poses converted;
    opened_sink *sinks;
    size_t n_sinks;
    int64_t began_us, last_progress_us, frames;
} conversion;

/* ---- opening and closing ---- */

static int open_file(conversion *c, const char *path, stance_error *err)
{
    const char *skeleton = c->settings->skeleton;
    c->skeleton = skeleton ? stance_skeleton_find(skeleton) : NULL;
    if (skeleton && !c->skeleton)
        return st_fail(err, STANCE_EINVAL, "skeleton '%s': there is none of that name",
                       skeleton);
    int rc = stance_posefile_open(&c->file, path, &c->settings->in, err);
    if (rc < 0)
        return rc;
    c->stream = *stance_posefile_get_stream(c->file);
    if (c->stream.skeleton == c->skeleton)
        c->skeleton = NULL; /* nothing to be done */
    if (c->skeleton)
        c->stream.skeleton = c->skeleton;
    st_log(STANCE_LOG_DEBUG, "convert", "%s: read as %s, skeleton %s", path,
           stance_posefile_format(c->file), c->stream.skeleton->name);
    return 0;
}

static int open_sinks(conversion *c, const stance_output *outputs, size_t n_outputs,
                      stance_error *err)
{
    const stance_settings *settings = c->settings->settings;
    if (!settings && stance_settings_defaults(&c->own_settings) < 0)
        return st_fail_memory(err);
    c->sinks = st_alloc_array(n_outputs ? n_outputs : 1, sizeof(*c->sinks));
    if (!c->sinks)
        return st_fail_memory(err);
    for (size_t i = 0; i < n_outputs; i++) {
        const stance_sink_class *class = outputs[i].sink;
        if (class->wants_picture || class->wants_truth)
            return st_fail(err, STANCE_EINVAL,
                           "%s: output '%s' needs pictures, and files of poses have none",
                           outputs[i].target, class->name);
        void *self = st_alloc(class->size);
        if (!self)
            return st_fail_memory(err);
        c->sinks[c->n_sinks++] = (opened_sink){class, self};
        int rc = class->open ? class->open(self, outputs[i].target,
                                           settings ? settings : &c->own_settings, err)
                             : 0;
        if (rc == 0 && class->begin)
            rc = class->begin(self, &c->stream, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int end_sinks(const conversion *c, const stance_summary *summary,
                     stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < c->n_sinks && rc == 0; i++)
        if (c->sinks[i].class->end)
            rc = c->sinks[i].class->end(c->sinks[i].self, summary, err);
    return rc;
}

static void close_all(conversion *c)
{
    for (size_t i = 0; i < c->n_sinks; i++) {
        if (c->sinks[i].class->close)
            c->sinks[i].class->close(c->sinks[i].self);
        st_free(c->sinks[i].self);
    }
    st_free(c->sinks);
    stance_poses_clear(&c->converted);
    stance_posefile_close(&c->file);
    if (!c->settings->settings)
        stance_settings_clear(&c->own_settings);
}

/* ---- frame by frame ---- */

/* What the sinks get in place of what was read. */
static int change_poses(conversion *c, stance_result *result, stance_error *err)
{
    if (!c->skeleton)
        return 0;
    if (stance_poses_convert(&c->converted, result->poses, c->skeleton) < 0)
        return st_fail_memory(err);
    result->poses = &c->converted;
    return 0;
}

static void tell_progress(conversion *c, const stance_frame *frame)
{
    const stance_convert_settings *s = c->settings;
    int64_t now_us = st_clock_us();
    if (!s->on_progress || now_us - c->last_progress_us < PROGRESS_EVERY_US)
        return;
    c->last_progress_us = now_us;
    stance_progress progress = {
        .frames = c->frames,
        .n_frames = c->stream.n_frames,
        .fps = (double)c->frames * 1e6 / (double)(now_us - c->began_us + 1),
        .pts_us = frame->pts_us,
        .duration_us = c->stream.duration_us,
    };
    s->on_progress(s->user, &progress);
}

/* 0 at the end of the file; STANCE_EINTERRUPTED */
static int copy_frames(conversion *c, stance_error *err)
{
    const stance_posefile_settings *in = &c->settings->in;
    stance_result result;
    int rc;
    while ((rc = stance_posefile_next(c->file, &result, err)) == 0) {
        if (in->stop && in->stop(in->user))
            return STANCE_EINTERRUPTED;
        rc = change_poses(c, &result, err);
        for (size_t i = 0; i < c->n_sinks && rc == 0; i++)
            rc = c->sinks[i].class->frame
                     ? c->sinks[i].class->frame(c->sinks[i].self, &result, err)
                     : 0;
        if (rc != 0)
            return rc < 0 ? rc : STANCE_EINTERRUPTED; /* a sink ended it */
        c->frames++;
        tell_progress(c, result.frame);
    }
    return rc == STANCE_END ? 0 : rc;
}

/* What the file says of itself stays; what was not read to its end says so. */
static stance_summary sum_up(const conversion *c, bool whole)
{
    stance_summary s = stance_posefile_get_summary(c->file);
    s.frames_out = c->frames;
    if (!whole)
        s.frames_in = s.frames_out + s.dropped + s.skipped + s.lost;
    s.complete = whole && s.complete;
    return s;
}

int stance_convert(const char *path, const stance_convert_settings *settings,
                   const stance_output *outputs, size_t n_outputs,
                   stance_summary *summary, stance_error *err)
{
    static const stance_convert_settings none = {0};
    conversion c = {.settings = settings ? settings : &none};
    stance_summary s = {0};
    c.began_us = c.last_progress_us = st_clock_us();
    int rc = open_file(&c, path, err);
    if (rc == 0)
        rc = open_sinks(&c, outputs, n_outputs, err);
    if (rc == 0)
        rc = copy_frames(&c, err);
    bool whole = rc == 0;
    if (c.file)
        s = sum_up(&c, whole);
    if ((rc == 0 || rc == STANCE_EINTERRUPTED) && c.n_sinks == n_outputs) {
        int end_rc = end_sinks(&c, &s, err);
        rc = end_rc < 0 ? end_rc : rc;
    }
    if (rc == STANCE_EINTERRUPTED)
        st_fail(err, rc, "%s: interrupted after %lld frames", path, (long long)c.frames);
    if (summary)
        *summary = s;
    close_all(&c);
    return rc;
}
