/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --fast: the network looks at some frames, and what is between them is filled in.
 *
 * Frames are taken in short spans. Of each span every `step`-th frame is looked at, the
 * last one always. A frame that was looked at also tells how well it could have been
 * filled in from its neighbours twice as far apart: where that is bad, all of the span is
 * looked at, as it would be without --fast. Such likenesses (OKS) are remembered for each
 * step, and the next span takes the longest step whose loss, over all of its frames,
 * stays below what is allowed. So a calm person costs few looks, and a quick or restless
 * one all of them.
 *
 * How the network answers varies from frame to frame, also when nothing moves: that is
 * part of the loss, and is why even a calm clip is not looked at more rarely.
 *
 * Looks go through the runner in the order of time, as of a clip with fewer frames;
 * before a span is looked at again, the runner is told to look where it did at its
 * beginning.
 *
 * Where a long step does, who decodes is told that it is calm, and leaves out frames that
 * no other needs (source/av_left_out.h): they come without pixels and are never looked
 * at. A span ends with a frame that has them, so it may be longer than others.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"
#include "pipeline_flow.h"
#include "pose/between.h"

enum {
    LONGEST = 16, /* frames in a span */
    LONGEST_US = 600000,
    STEPS = 5, /* 1, 2, 4, 8 and (not taken, but measured) 16 frames */
    CALM = 2,  /* with steps of 4 frames */
    ROOM = 2 * LONGEST,
};

static const double ALLOWED = 0.05;  /* mean loss of a clip's frames */
static const double TOO_MUCH = 0.15; /* loss of frames filled in: look at all of them */
static const double NEWER = 0.3;     /* how much the newest span counts */
static const float SURE = 0.2F;      /* points below do not count */

struct st_fast {
    st_flow *flow;
    st_item *items; /* a span: frames, and sound between them */
    size_t n, taken, capacity;
    bool settled;              /* everybody's poses are there */
    st_item held;              /* begins the next shot */
    size_t at[ROOM], n_frames; /* which items are frames */
    int widest[ROOM];          /* the widest step that looks at a frame; -1: none does */
    size_t span;               /* frames in a whole one */
    int step;                  /* logarithms, as all steps */
    double loss[STEPS];        /* of filling in with that step; NAN: not known */
    stance_poses left;         /* what the frame before the span shows */
    int64_t left_us;
    bool begun; /* there is one */
    bool calm;
    stance_poses sure, filled; /* for comparing */
};

/* ---- likeness ---- */

static double area_of(const float box[4])
{
    double larger = fmax(box[2], box[3]);
    return fmax(1, fmax(0.53 * box[2] * box[3], 0.15 * larger * larger));
}

/* 1 - OKS; unlike numbers of people are unlike. */
static int loss_of(st_fast *f, const stance_poses *filled, const stance_poses *seen,
                   double *loss)
{
    *loss = filled->n == seen->n ? 0 : 1;
    if (filled->n != seen->n || seen->n == 0)
        return 0;
    const stance_pose *truth = &seen->people[0];
    size_t n_points = seen->skeleton->n_keypoints, n_sure = 0;
    if (stance_poses_reset(&f->sure, seen->skeleton, 1) < 0)
        return STANCE_ENOMEM;
    stance_keypoint *points = f->sure.people[0].keypoints;
    for (size_t k = 0; k < n_points; k++)
        if (stance_keypoint_given(&truth->keypoints[k]) &&
            truth->keypoints[k].score >= SURE) {
            points[k] = truth->keypoints[k];
            n_sure++;
        }
    if (n_sure > 0)
        *loss = 1 - stance_oks(seen->skeleton, filled->people[0].keypoints, points,
                               area_of(truth->box));
    return 0;
}

/* ---- frames of a span ---- */

/* Frame -1 is the one before the span. */
static const stance_poses *poses_at(const st_fast *f, int i)
{
    return i < 0 ? &f->left : f->items[f->at[i]].poses;
}

static int64_t time_at(const st_fast *f, int i)
{
    return i < 0 ? f->left_us : f->items[f->at[i]].frame->pts_us;
}

/* What frame `i` would be with what `a` and `b` show. */
static int fill(const st_fast *f, int a, int b, int i, stance_poses *out)
{
    const stance_poses *from = poses_at(f, a), *to = poses_at(f, b);
    double whole = (double)(time_at(f, b) - time_at(f, a));
    double share = whole > 0 ? (double)(time_at(f, i) - time_at(f, a)) / whole : 0;
    size_t n = from->n < to->n ? from->n : to->n;
    if (n == 0) {
        out->n = 0;
        return 0;
    }
    if (stance_poses_reset(out, from->skeleton, n) < 0)
        return STANCE_ENOMEM;
    st_pose_between(&out->people[0], &from->people[0], &to->people[0],
                    from->skeleton->n_keypoints, share);
    out->people[0].order = to->people[0].order;
    return 0;
}

/* Which frames each step looks at: those of the one before it that are far enough apart,
 * and the last, of frames that have pixels. */
static void lay_out(st_fast *f)
{
    int n = (int)f->n_frames, last = -1;
    for (int i = 0; i < n; i++) {
        f->widest[i] = f->items[f->at[i]].frame->data[0] ? 0 : -1;
        last = f->widest[i] == 0 ? i : last;
    }
    if (last >= 0)
        f->widest[last] = STEPS - 1;
    for (int step = 1; step < STEPS; step++)
        for (int i = 0, before = -1; i < last; i++)
            if (f->widest[i] == step - 1 && i - before >= 1 << step) {
                f->widest[i] = step;
                before = i;
            }
}

static bool is_looked_at(const st_fast *f, int i, int step)
{
    return f->widest[i] >= step;
}

/* @return -1: the frame before the span */
static int looked_at_before(const st_fast *f, int i, int step)
{
    do
        i--;
    while (i >= 0 && !is_looked_at(f, i, step));
    return i;
}

/* @return where there is none, the one before */
static int looked_at_after(const st_fast *f, int i, int step)
{
    for (int k = i + 1; k < (int)f->n_frames; k++)
        if (is_looked_at(f, k, step))
            return k;
    return looked_at_before(f, i, step);
}

/* The mean loss of frames that were looked at with `step`, had they been filled in with
 * `wider`. NAN: there are none. */
static int measure(st_fast *f, int step, int wider, double *mean)
{
    double sum = 0, n = 0;
    for (int i = 0; i < (int)f->n_frames; i++) {
        double loss;
        if (!is_looked_at(f, i, step) || is_looked_at(f, i, wider))
            continue;
        int a = looked_at_before(f, i, wider), b = looked_at_after(f, i, wider);
        if (fill(f, a, b, i, &f->filled) < 0 ||
            loss_of(f, &f->filled, poses_at(f, i), &loss) < 0)
            return STANCE_ENOMEM;
        sum += loss;
        n++;
    }
    *mean = n > 0 ? sum / n : NAN;
    return 0;
}

static int look(st_fast *f, int step)
{
    size_t list[ROOM], n = 0, begun = 0;
    int rc = 0;
    for (int i = 0; i < (int)f->n_frames; i++)
        if (is_looked_at(f, i, step))
            list[n++] = f->at[i];
    for (size_t i = 0; i < n && rc == 0; i++) {
        for (; begun < n && begun < i + st_flow_most_begun(f->flow) && rc == 0; begun++)
            rc = st_flow_begin_look(f->flow, &f->items[list[begun]]);
        if (rc == 0)
            rc = st_flow_end_look(f->flow, &f->items[list[i]]);
    }
    if (rc != 0)
        st_flow_drop_looks(f->flow);
    return rc;
}

/* ---- how far to step ---- */

static void learn(st_fast *f, int step, double loss)
{
    if (isnan(loss))
        return;
    f->loss[step] =
        isnan(f->loss[step]) ? loss : f->loss[step] + NEWER * (loss - f->loss[step]);
}

/* The longest step whose loss is allowed; some frame in each span is always looked at
 * that could be filled in with it. */
static void choose_step(st_fast *f)
{
    f->step = 0;
    for (int s = 1; s < STEPS && (2 << s) <= (int)f->span; s++)
        if (f->loss[s] * (1 - 1.0 / (1 << s)) <= ALLOWED)
            f->step = s;
}

/* What was looked at tells how well wider steps would do; of the step itself that is not
 * known, but it does no worse than the next wider one. */
static int learn_from(st_fast *f, int step, double *next_wider)
{
    *next_wider = NAN;
    for (int s = step + 1; s < STEPS && (1 << s) <= (int)f->n_frames; s++) {
        double loss;
        if (measure(f, step, s, &loss) < 0)
            return STANCE_ENOMEM;
        learn(f, s, loss);
        if (s == step + 1)
            *next_wider = loss;
    }
    if (step > 0)
        learn(f, step, *next_wider);
    return 0;
}

/* ---- a span ---- */

/* The person is looked for elsewhere than before: each frame has a say in that. */
static bool moved(const st_flow *p, const st_aim *before)
{
    st_aim now = st_runner_aim(p->runner);
    return !st_target_same(&now.next, &before->next) ||
           !st_target_same(&now.later, &before->later);
}

/* Fill in what `step` did not look at. */
static int fill_in(st_fast *f, int step)
{
    st_flow *p = f->flow;
    int rc = 0;
    for (int i = 0; i < (int)f->n_frames && rc == 0; i++) {
        if (is_looked_at(f, i, step))
            continue;
        st_item *it = &f->items[f->at[i]];
        it->filled = true;
        rc = st_flow_take_poses(p, it);
        if (rc == 0 && fill(f, looked_at_before(f, i, step), looked_at_after(f, i, step),
                            i, it->poses) < 0)
            rc = st_fail_memory(&p->infer.err);
    }
    return rc;
}

static int look_at_span(st_fast *f)
{
    st_flow *p = f->flow;
    int step = f->begun && f->n_frames >= f->span ? f->step : 0;
    st_aim aim = st_runner_aim(p->runner);
    double loss;
    int rc = look(f, step);
    if (rc != 0 || !f->begun)
        return rc == 0 ? fill_in(f, 0) : rc;
    if (learn_from(f, step, &loss) < 0)
        return st_fail_memory(&p->infer.err);
    if (step > 0 && (!(loss <= TOO_MUCH) || moved(p, &aim))) {
        st_runner_aim_at(p->runner, aim);
        step = 0;
        rc = look(f, 0);
        if (rc == 0 && learn_from(f, 0, &loss) < 0)
            rc = st_fail_memory(&p->infer.err);
    }
    if (rc == 0)
        rc = fill_in(f, step);
    choose_step(f);
    f->calm = step > 0 && f->step >= CALM;
    return rc;
}

static int settle(st_fast *f)
{
    int rc = 0;
    if (f->n_frames > 0) {
        lay_out(f);
        f->calm = false;
        rc = look_at_span(f);
        int n = (int)f->n_frames, last = looked_at_before(f, n, 0);
        if (rc == 0 && last >= 0 && stance_poses_copy(&f->left, poses_at(f, last)) < 0)
            rc = st_fail_memory(&f->flow->infer.err);
        if (rc == 0 && last >= 0)
            f->left_us = time_at(f, last);
        f->begun = true;
        st_calm_tell(f->flow->opening->calm, time_at(f, n - 1), rc == 0 && f->calm);
    }
    f->settled = rc == 0;
    return rc;
}

/* ---- in and out ---- */

/* @param it taken, in any case */
static int take(st_fast *f, st_item *it)
{
    if (f->n == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 2 * LONGEST;
        st_item *more = st_realloc_array(f->items, capacity, sizeof(*more));
        if (!more) {
            st_item_clear(f->flow, it);
            return st_fail_memory(&f->flow->infer.err);
        }
        f->items = more;
        f->capacity = capacity;
    }
    f->items[f->n] = *it;
    if (it->frame)
        f->at[f->n_frames++] = f->n;
    f->n++;
    /* The first frame of all, or of a shot, is one by itself. */
    bool whole = f->n_frames >= (f->begun ? f->span : 1);
    bool ends = f->n_frames == ROOM || (it->frame && it->frame->data[0]);
    int rc = whole && ends ? settle(f) : 0;
    if (it->frame)
        st_calm_took(f->flow->opening->calm);
    return rc;
}

/* Nothing is filled in across a pause. */
static bool is_apart(const st_fast *f, const stance_frame *frame)
{
    int last = (int)f->n_frames - 1;
    return (last >= 0 || f->begun) && frame->pts_us - time_at(f, last) > LONGEST_US;
}

int st_fast_push(st_fast *f, st_item *it)
{
    st_item item = *it;
    *it = (st_item){0};
    if (item.frame && (item.cut || is_apart(f, item.frame))) {
        if (f->n_frames > 0) {
            f->held = item;
            return settle(f);
        }
        f->begun = false;
    }
    return take(f, &item);
}

int st_fast_finish(st_fast *f)
{
    return f->n > 0 && !f->settled ? settle(f) : 0;
}

int st_fast_pop(st_fast *f, st_item *it)
{
    if (f->n == 0 && f->held.frame) {
        st_item held = f->held;
        f->held = (st_item){0};
        f->begun = false;
        int rc = take(f, &held);
        if (rc != 0)
            return rc;
    }
    if (!f->settled)
        return STANCE_AGAIN;
    *it = f->items[f->taken++];
    if (f->taken == f->n) {
        f->n = f->taken = f->n_frames = 0;
        f->settled = false;
    }
    return 0;
}

/* ---- opening ---- */

int st_fast_open(st_fast **out, st_flow *flow, stance_error *err)
{
    const stance_stream *stream = &flow->stream;
    *out = NULL;
    st_fast *f = st_alloc(sizeof(*f));
    if (!f)
        return st_fail_memory(err);
    double fps = stream->fps_num > 0 && stream->fps_den > 0
                     ? (double)stream->fps_num / stream->fps_den
                     : 30;
    int64_t every = flow->request->settings->source.every;
    if (every > 1)
        fps /= (double)every;
    f->flow = flow;
    f->span = LONGEST; /* but no longer than that */
    while (f->span > 2 && (double)f->span * 1e6 > fps * LONGEST_US)
        f->span /= 2;
    for (int s = 0; s < STEPS; s++)
        f->loss[s] = NAN;
    stance_poses_init(&f->left);
    stance_poses_init(&f->sure);
    stance_poses_init(&f->filled);
    *out = f;
    return 0;
}

size_t st_fast_most(void)
{
    return ROOM + 1;
}

void st_fast_close(st_fast **out)
{
    st_fast *f = *out;
    *out = NULL;
    if (!f)
        return;
    for (size_t i = f->taken; i < f->n; i++)
        st_item_clear(f->flow, &f->items[i]);
    st_item_clear(f->flow, &f->held);
    stance_poses_clear(&f->left);
    stance_poses_clear(&f->sure);
    stance_poses_clear(&f->filled);
    st_free(f->items);
    st_free(f);
}
