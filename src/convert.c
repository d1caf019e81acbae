/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of poses to other files of poses: the same sinks that a run has, fed from a
 * reader in place of a source and a network.
 *
 * One frame at a time, on the caller's thread. Between reading and writing, people go
 * through the same steps as in a run (people.h), which by default change nothing: who has
 * an identity keeps it, unless a tracker is asked for. Frames that wait there are copied
 * into slots, since the reader has one frame and one list of poses.
 */
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "outputs.h"
#include "people.h"
#include "stance/posefile.h"

enum { PROGRESS_EVERY_US = 200000 };

/* A frame that waits. */
typedef struct slot {
    stance_frame frame;
    char *file; /* its frame.file; NULL: none */
    stance_poses poses;
    bool interpolated; /* as the file says, or because a point of somebody is */
} slot;

typedef struct conversion {
    const stance_convert_settings *settings;
    const stance_settings *all;   /* of people and sinks */
    stance_settings own_settings; /* where none were given */
    int64_t longest;              /* for --follow longest, once it is known */
    st_people *people;
    slot *slots; /* a ring */
    size_t n_slots, first, n_waiting;
    stance_posefile *file;
    stance_stream stream;            /* the file's, as the sinks see it */
    const stance_skeleton *skeleton; /* NULL: points stay as they are */
    st_outputs outputs;
    int64_t began_us, last_progress_us, frames;
    int64_t filled; /* frames, here */
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

static int choose_settings(conversion *c, stance_error *err)
{
    c->all = c->settings->settings;
    if (c->all)
        return 0;
    c->all = &c->own_settings;
    return stance_settings_defaults(&c->own_settings) < 0 ? st_fail_memory(err) : 0;
}

static int open_people(conversion *c, stance_error *err)
{
    const st_people_request request = {
        .settings = c->all,
        .stream = &c->stream,
        .has_ids = !c->settings->identify,
        .longest = c->longest,
    };
    if (c->settings->identify && c->stream.stills)
        return st_fail(err, STANCE_EINVAL,
                       "--tracker: expected frames with times, found none; --fps gives "
                       "them");
    int rc = st_people_open(&c->people, &request, err);
    c->stream.followed = c->settings->identify;
    if (rc < 0)
        return rc;
    c->stream.measures = st_people_measures(c->people, &c->stream.n_measures);
    c->n_slots = st_people_most(c->people);
    c->slots = st_alloc_array(c->n_slots, sizeof(*c->slots));
    return c->slots ? 0 : st_fail_memory(err);
}

static int open_outputs(conversion *c, const stance_output *outputs, size_t n_outputs,
                        stance_error *err)
{
    for (size_t i = 0; i < n_outputs; i++)
        if (outputs[i].sink->wants_picture || outputs[i].sink->wants_truth)
            return st_fail(err, STANCE_EINVAL,
                           "%s: output '%s' needs pictures, and files of poses have none",
                           outputs[i].target, outputs[i].sink->name);
    int rc = st_outputs_open(&c->outputs, outputs, n_outputs, c->all, err);
    return rc == 0 ? st_outputs_begin(&c->outputs, &c->stream, err) : rc;
}

static void close_all(conversion *c)
{
    st_outputs_close(&c->outputs);
    for (size_t i = 0; c->slots && i < c->n_slots; i++) {
        stance_poses_clear(&c->slots[i].poses);
        st_free(c->slots[i].file);
    }
    st_free(c->slots);
    st_people_close(&c->people);
    stance_posefile_close(&c->file);
    if (!c->settings->settings)
        stance_settings_clear(&c->own_settings);
}

/* ---- frame by frame ---- */

static slot *slot_at(const conversion *c, size_t i)
{
    return &c->slots[(c->first + i) % c->n_slots];
}

/* A frame of the reader's into a slot, with the points that are asked for. */
static int take_in(conversion *c, const stance_result *read, stance_error *err)
{
    slot *s = slot_at(c, c->n_waiting);
    int rc = c->skeleton ? stance_poses_convert(&s->poses, read->poses, c->skeleton)
                         : stance_poses_copy(&s->poses, read->poses);
    s->frame = *read->frame;
    s->interpolated = read->interpolated;
    st_free(s->file);
    s->file = st_strdup(read->frame->file);
    if (rc < 0 || (read->frame->file && !s->file))
        return st_fail_memory(err);
    s->frame.file = s->file;
    c->n_waiting++;
    return st_people_push(c->people, &s->poses, s->frame.pts_us, s->frame.index, false,
                          err);
}

/* 0, or STANCE_END where a sink ended it. */
static int give_out(conversion *c, stance_error *err)
{
    st_people_frame out;
    const slot *s = slot_at(c, 0);
    stance_result result = {.frame = &s->frame, .poses = &s->poses};
    int rc = st_people_pop(c->people, &out, err);
    c->filled += out.filled && !s->interpolated;
    result.interpolated = out.filled || s->interpolated;
    result.analysis = out.analysis;
    if (rc == 0)
        rc = st_outputs_events(&c->outputs, out.events, out.n_events, err);
    if (rc == 0)
        rc = st_outputs_frame(&c->outputs, &result, NULL, NULL, err);
    c->first = (c->first + 1) % c->n_slots;
    c->n_waiting--;
    c->frames += rc == 0;
    return rc;
}

static int give_ready(conversion *c, stance_error *err)
{
    int rc = 0;
    while (rc == 0 && st_people_ready(c->people))
        rc = give_out(c, err);
    return rc;
}

static int give_rest(conversion *c, stance_error *err)
{
    const stance_event *events;
    size_t n_events;
    int rc = st_people_finish(c->people, err);
    if (rc == 0)
        rc = give_ready(c, err);
    if (rc == 0)
        rc = st_people_end(c->people, &events, &n_events, err);
    return rc == 0 ? st_outputs_events(&c->outputs, events, n_events, err) : rc;
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
            rc = STANCE_EINTERRUPTED;
        if (rc == 0)
            rc = take_in(c, &result, err);
        if (rc == 0)
            rc = give_ready(c, err);
        if (rc > 0)
            return STANCE_EINTERRUPTED; /* a sink ended it */
        if (rc < 0)
            break;
        tell_progress(c, result.frame);
    }
    if (rc == STANCE_END || rc == STANCE_EINTERRUPTED) {
        int rest = give_rest(c, err);
        if (rest != 0)
            return rest < 0 ? rest : STANCE_EINTERRUPTED;
    }
    return rc == STANCE_END ? 0 : rc;
}

/* What the file says of itself stays; what was not read to its end says so. */
static stance_summary sum_up(const conversion *c, bool whole)
{
    stance_summary s = stance_posefile_get_summary(c->file);
    s.frames_out = c->frames;
    s.interpolated += c->filled;
    if (!whole)
        s.frames_in = s.frames_out + s.dropped + s.skipped + s.lost;
    s.complete = whole && s.complete;
    return s;
}

/* Once from beginning to end. @param longest in: who that is, 0 where it is not asked for
 * or not known yet; out: who it was */
static int convert_once(const char *path, const stance_convert_settings *settings,
                        const stance_output *outputs, size_t n_outputs, int64_t *longest,
                        stance_summary *summary, stance_error *err)
{
    conversion c = {.settings = settings, .longest = *longest};
    stance_summary s = {0};
    c.began_us = c.last_progress_us = st_clock_us();
    int rc = choose_settings(&c, err);
    if (rc == 0)
        rc = open_file(&c, path, err);
    if (rc == 0)
        rc = open_people(&c, err);
    if (rc == 0)
        rc = open_outputs(&c, outputs, n_outputs, err);
    if (rc == 0)
        rc = copy_frames(&c, err);
    if (c.file)
        s = sum_up(&c, rc == 0);
    if (c.people)
        *longest = st_people_longest(c.people);
    if ((rc == 0 || rc == STANCE_EINTERRUPTED) && c.outputs.n == n_outputs) {
        int end_rc = st_outputs_end(&c.outputs, &s, err);
        rc = end_rc < 0 ? end_rc : rc;
    }
    if (rc == STANCE_EINTERRUPTED)
        st_fail(err, rc, "%s: interrupted after %lld frames", path, (long long)c.frames);
    if (summary)
        *summary = s;
    close_all(&c);
    return rc;
}

int stance_convert(const char *path, const stance_convert_settings *settings,
                   const stance_output *outputs, size_t n_outputs,
                   stance_summary *summary, stance_error *err)
{
    static const stance_convert_settings none = {0};
    const stance_convert_settings *s = settings ? settings : &none;
    int64_t longest = 0;
    int rc = s->settings ? st_people_check(s->settings, NULL, err) : 0;
    if (rc == 0 && s->settings && st_people_looks_first(s->settings)) {
        if (strcmp(path, "-") == 0 || st_file_kind_of(path) == ST_FILE_OTHER)
            return st_fail(err, STANCE_EINVAL,
                           "--follow longest: the input is read twice, and %s cannot be: "
                           "expected a file",
                           strcmp(path, "-") == 0 ? "standard input" : path);
        rc = convert_once(path, s, NULL, 0, &longest, summary, err);
    }
    return rc < 0 ? rc
                  : convert_once(path, s, outputs, n_outputs, &longest, summary, err);
}
