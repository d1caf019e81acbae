/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People on their way from the network to the sinks; people.h has the order of things.
 *
 * The tracker sees a frame when it goes in. Frames then wait in a window, as long as the
 * options ask for: gaps are closed when their far end goes in, and the smoothing that
 * looks ahead goes back from there. Whatever needs no future (One-Euro, whom to follow,
 * events, analyses) happens when a frame comes out, so that it sees what will be written.
 *
 * Still pictures have no before and after: there are no identities and no events, and
 * whom to follow is decided in each of them anew.
 */
#include "people.h"

#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "pose/poses.h"
#include "track/follow.h"
#include "track/smooth.h"
#include "track/swaps.h"

static const double MOST_BYTES = 1 << 30; /* of pictures that wait */

enum { FPS_UNKNOWN = 60, ROOM = 4 /* frames beyond what times ask for */ };

struct st_people {
    const stance_settings *settings;
    const stance_stream *stream;
    stance_tracker *tracker; /* NULL: identities are as they come */
    st_window window;
    bool finished;     /* nothing more goes in */
    size_t n_filled;   /* the oldest frames, whose gaps are closed for good */
    int width, height; /* of the frame that comes out */
    int64_t gap_us, ahead_us;
    size_t n_ahead; /* the same in frames, of which both have to be there */
    bool swaps_open, smoother_open, filter_open;
    st_swaps swaps;
    st_smoother smoother;
    st_zero_phase filter;
    st_follow follow;
    st_longest longest;
    st_watch *watch;       /* NULL: no time, no events */
    st_analyses *analyses; /* NULL: none are asked for */
    st_event_list events;  /* of the frame that came out last */
};

bool st_people_chooses(const stance_settings *settings)
{
    return settings->follow.follow && *settings->follow.follow;
}

bool st_people_looks_first(const stance_settings *settings)
{
    return st_people_chooses(settings) && strcmp(settings->follow.follow, "longest") == 0;
}

/* ---- what cannot be ---- */

static int fail_live(const char *option, const char *why, stance_error *err)
{
    return st_fail(err, STANCE_EINVAL, "%s: not with live input: %s", option, why);
}

static int check_stream(const stance_settings *settings, const st_follow *follow,
                        const stance_stream *stream, stance_error *err)
{
    bool ids = follow->whom == ST_FOLLOW_IDS;
    bool longest = follow->whom == ST_FOLLOW_LONGEST;
    bool changes =
        settings->smooth.smooth != STANCE_SMOOTH_OFF || settings->smooth.fill_gaps_s > 0;
    if (stream->live && ids)
        return fail_live("--follow id", "nobody has an id before they were seen", err);
    if (stream->live && longest)
        return fail_live("--follow longest", "it has no end", err);
    if (stream->live && settings->smooth.smooth == STANCE_SMOOTH_ZERO_PHASE)
        return fail_live("--smooth zero-phase", "it looks ahead", err);
    if (stream->stills && (ids || longest || changes))
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected frames with times, found none; for pictures that "
                       "are a clip --sequence FPS gives them, for a file of poses --fps",
                       changes ? "--smooth, --fill-gaps" : "--follow");
    if (stream->width <= 0 && follow->whom == ST_FOLLOW_CENTRE)
        return st_fail(
            err, STANCE_EINVAL,
            "--follow centre: the picture's size is not known; --size gives it");
    return 0;
}

int st_people_check(const stance_settings *settings, const stance_stream *stream,
                    stance_error *err)
{
    st_follow follow;
    const char *people = settings->model.people;
    int rc = st_follow_read(&follow, settings->follow.follow, err);
    if (rc == 0)
        rc = st_watch_check(&settings->watch, err);
    if (rc == 0)
        rc = st_analyses_check(&settings->analyse, err);
    if (rc < 0)
        return rc;
    if (follow.n_ids > 1 && people && strcmp(people, "one") == 0)
        return st_fail(err, STANCE_EINVAL,
                       "--follow %s: expected one id with --people one",
                       settings->follow.follow);
    if (settings->track.tracker == STANCE_TRACKER_OFF &&
        (follow.whom != ST_FOLLOW_ALL || settings->smooth.smooth != STANCE_SMOOTH_OFF ||
         settings->smooth.fill_gaps_s > 0 || settings->watch.lines ||
         isfinite(settings->watch.dwell_s)))
        return st_fail(err, STANCE_EINVAL,
                       "--tracker off: --follow, --smooth, --fill-gaps, --line and "
                       "--dwell need to know who is who");
    return stream ? check_stream(settings, &follow, stream, err) : 0;
}

/* ---- opening ---- */

/* As many frames as the times may hold, twice, since frames may come at uneven times; but
 * pictures that wait have a bound in memory, too. */
static size_t window_size(const st_people *p, bool pixels)
{
    double delay_s = (double)(p->gap_us + p->ahead_us) / 1e6;
    double fps = p->stream->fps_num > 0 && p->stream->fps_den > 0
                     ? (double)p->stream->fps_num / p->stream->fps_den
                     : FPS_UNKNOWN;
    double least = (double)p->n_ahead + ROOM;
    double frames = least + (delay_s > 0 ? ceil(2 * delay_s * fps) : 0);
    double bytes = pixels ? 1.5 * p->stream->width * p->stream->height : 0;
    if (bytes * frames > MOST_BYTES && MOST_BYTES / bytes < least + delay_s * fps)
        st_log(STANCE_LOG_WARN, "people",
               "pictures of %d x %d: too few of them can wait to look %g s ahead",
               p->stream->width, p->stream->height, delay_s);
    if (bytes * frames > MOST_BYTES)
        frames = fmax(least, floor(MOST_BYTES / bytes));
    return frames < ST_WINDOW_MOST ? (size_t)frames : ST_WINDOW_MOST;
}

static void open_smoothing(st_people *p)
{
    const stance_smooth_settings *s = &p->settings->smooth;
    const stance_skeleton *skeleton = p->stream->skeleton;
    if (p->tracker)
        st_swaps_open(&p->swaps, skeleton);
    if (s->smooth == STANCE_SMOOTH_ZERO_PHASE)
        st_zero_phase_open(&p->filter, s->cutoff_hz, s->raw, skeleton);
    else if (s->smooth != STANCE_SMOOTH_OFF)
        st_smoother_open(&p->smoother, st_one_euro_of(s->smooth), s->raw, skeleton);
    p->swaps_open = p->tracker != NULL;
    p->filter_open = s->smooth == STANCE_SMOOTH_ZERO_PHASE;
    p->smoother_open = !p->filter_open && s->smooth != STANCE_SMOOTH_OFF;
    p->gap_us = (int64_t)(s->fill_gaps_s * 1e6);
    p->ahead_us = p->filter_open ? st_zero_phase_ahead_us(s->cutoff_hz) : 0;
    p->n_ahead = p->filter_open ? ST_ZERO_PHASE_AHEAD : 0;
}

static int open_parts(st_people *p, const st_people_request *r, stance_error *err)
{
    stance_track_settings track = r->settings->track;
    int64_t max_lost_us = (int64_t)(track.max_lost_s * 1e6);
    int rc = st_follow_read(&p->follow, r->settings->follow.follow, err);
    p->follow.max_lost_us = max_lost_us;
    p->follow.width = p->width = r->stream->width;
    p->follow.height = p->height = r->stream->height;
    p->follow.now = p->follow.whom == ST_FOLLOW_LONGEST ? r->longest : 0;
    st_longest_open(&p->longest);
    if (!r->stream->stills) {
        if (rc == 0 && !r->has_ids && track.tracker != STANCE_TRACKER_OFF)
            rc = stance_tracker_open(&p->tracker, &track, err);
        open_smoothing(p);
    }
    if (rc == 0)
        rc = st_watch_open(&p->watch, &r->settings->watch, r->stream->width,
                           r->stream->height, max_lost_us, err);
    if (rc == 0)
        rc = st_analyses_open(&p->analyses, &r->settings->analyse, r->stream->skeleton,
                              max_lost_us, err);
    if (rc == 0 && st_window_open(&p->window, window_size(p, r->pixels)) < 0)
        rc = st_fail_memory(err);
    return rc;
}

int st_people_open(st_people **out, const st_people_request *request, stance_error *err)
{
    *out = NULL;
    int rc = st_people_check(request->settings, request->stream, err);
    if (rc < 0)
        return rc;
    st_people *p = st_alloc(sizeof(*p));
    if (!p)
        return st_fail_memory(err);
    p->settings = request->settings;
    p->stream = request->stream;
    rc = open_parts(p, request, err);
    if (rc < 0)
        st_people_close(&p);
    *out = p;
    return rc;
}

void st_people_close(st_people **people)
{
    st_people *p = *people;
    if (!p)
        return;
    stance_tracker_close(&p->tracker);
    st_window_close(&p->window);
    if (p->swaps_open)
        st_swaps_close(&p->swaps);
    if (p->smoother_open)
        st_smoother_close(&p->smoother);
    if (p->filter_open)
        st_zero_phase_close(&p->filter);
    st_longest_close(&p->longest);
    st_watch_close(&p->watch);
    st_analyses_close(&p->analyses);
    st_event_list_clear(&p->events);
    st_free(p);
    *people = NULL;
}

size_t st_people_most(const st_people *people)
{
    return people->window.capacity;
}

int64_t st_people_longest(const st_people *people)
{
    return people->longest.id;
}

const st_watch *st_people_watch(const st_people *people)
{
    return people->watch;
}

/* ---- in ---- */

static int64_t time_of(const st_people *p, size_t i)
{
    return st_window_at(&p->window, i)->pts_us;
}

/* Frames whose gaps can no longer be closed by what comes, or must not wait longer, go
 * through the filter's way forward. */
static int settle(st_people *p, bool all)
{
    const st_window *w = &p->window;
    int rc = 0;
    while (p->n_filled < w->n && rc == 0) {
        bool must = all || (w->n == w->capacity && p->n_filled == 0);
        if (!must && time_of(p, w->n - 1) - time_of(p, p->n_filled) < p->gap_us)
            return 0;
        if (p->filter_open)
            rc = st_zero_phase_forward(&p->filter, st_window_at(w, p->n_filled));
        p->n_filled++;
    }
    return rc;
}

int st_people_push(st_people *p, stance_poses *poses, int64_t pts_us, int64_t index,
                   bool cut, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].order == 0)
            poses->people[i].order = (int)i + 1;
    if (p->stream->stills)
        cut = false;
    if (p->tracker && cut)
        stance_tracker_cut(p->tracker);
    if (p->tracker)
        rc = stance_tracker_update(p->tracker, poses, pts_us, err);
    if (rc < 0)
        return rc;
    st_window_push(&p->window, poses, pts_us, index, cut);
    if (p->swaps_open)
        rc = st_swaps_mark(&p->swaps, poses, pts_us, cut);
    if (rc == 0 && p->gap_us > 0)
        rc = st_fill_gaps(&p->window, p->gap_us);
    if (rc == 0)
        rc = settle(p, false);
    return rc < 0 ? st_fail_memory(err) : 0;
}

/* ---- out ---- */

int st_people_finish(st_people *p, stance_error *err)
{
    p->finished = true;
    return settle(p, true) < 0 ? st_fail_memory(err) : 0;
}

bool st_people_ready(const st_people *p)
{
    const st_window *w = &p->window;
    if (w->n == 0)
        return false;
    if (p->finished || w->n == w->capacity)
        return true;
    return p->n_filled > p->n_ahead &&
           time_of(p, p->n_filled - 1) - time_of(p, 0) >= p->ahead_us;
}

static bool was_filled(const stance_poses *poses)
{
    for (size_t i = 0; i < poses->n; i++) {
        if (poses->people[i].interpolated)
            return true;
        for (size_t k = 0; k < poses->skeleton->n_keypoints; k++)
            if (poses->people[i].keypoints[k].interpolated)
                return true;
    }
    return false;
}

/* In a picture, people are told apart by their places in the list for as long as one has
 * to be chosen; identities that came with them stay theirs. Nothing happens in it. */
static void choose_in_still(st_people *p, stance_poses *poses)
{
    const int64_t mark = INT64_MAX / 2;
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].id <= 0)
            poses->people[i].id = mark + (int64_t)i;
    p->follow.now = 0;
    st_follow_run(&p->follow, poses, 0);
    for (size_t i = 0; i < poses->n; i++)
        if (poses->people[i].id >= mark)
            poses->people[i].id = 0;
    st_watch_still(p->watch, poses);
}

static st_moment moment_of(const st_people *p, const st_window_frame *frame)
{
    int64_t clock_us = p->stream->clock_us;
    return (st_moment){.pts_us = frame->pts_us,
                       .frame = frame->index,
                       .clock_us = clock_us >= 0 ? clock_us + frame->pts_us : -1};
}

int st_people_resize(st_people *p, int width, int height, stance_error *err)
{
    if (width == p->width && height == p->height)
        return 0;
    p->follow.width = p->width = width;
    p->follow.height = p->height = height;
    return st_watch_resize(p->watch, &p->settings->watch, width, height, err);
}

const stance_measure *st_people_measures(const st_people *p, size_t *n)
{
    *n = 0;
    return p->analyses ? st_analyses_measures(p->analyses, n) : NULL;
}

/* Who is shown, what they did, and what is measured of them. */
static int look(st_people *p, const st_window_frame *frame, st_people_frame *out)
{
    const st_moment moment = moment_of(p, frame);
    int rc = 0;
    p->events.n = 0;
    p->events.failed = false;
    if (p->stream->stills) {
        choose_in_still(p, frame->poses);
    } else {
        st_follow_run(&p->follow, frame->poses, frame->pts_us);
        rc = st_watch_run(p->watch, frame->poses, &moment, &p->events);
    }
    if (rc == 0 && p->analyses)
        rc = st_analyses_run(p->analyses, frame->poses, &moment, p->stream->stills,
                             &out->analysis, &p->events);
    out->events = p->events.at;
    out->n_events = p->events.n;
    return rc;
}

int st_people_pop(st_people *p, st_people_frame *out, stance_error *err)
{
    const st_window_frame *frame = st_window_at(&p->window, 0);
    stance_poses *poses = frame->poses;
    int rc = 0;
    *out = (st_people_frame){0};
    if (p->filter_open)
        st_zero_phase_backward(&p->filter, &p->window, p->n_filled);
    if (rc == 0 && p->smoother_open)
        rc = st_smoother_run(&p->smoother, poses, frame->pts_us, frame->cut);
    if (rc == 0 && p->follow.whom == ST_FOLLOW_LONGEST)
        rc = st_longest_run(&p->longest, poses, frame->pts_us, p->follow.max_lost_us);
    if (frame->cut) /* who was followed is in another shot */
        st_follow_cut(&p->follow);
    if (rc == 0)
        rc = look(p, frame, out);
    out->filled = p->gap_us > 0 && was_filled(poses);
    st_window_pop(&p->window);
    p->n_filled--;
    return rc < 0 ? st_fail_memory(err) : 0;
}

int st_people_end(st_people *p, const stance_event **events, size_t *n_events,
                  stance_error *err)
{
    p->events.n = 0;
    int rc = st_watch_end(p->watch, &p->events);
    if (rc == 0 && p->analyses)
        rc = st_analyses_end(p->analyses, &p->events);
    *events = p->events.at;
    *n_events = p->events.n;
    return rc < 0 ? st_fail_memory(err) : 0;
}
