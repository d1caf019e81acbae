/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scene from its address, its frames, and what is true of them.
 *
 *     address -> stage (who, what, when) -> joints at a time -> solids -> picture
 *                                                          \-> truth
 *
 * Everything is a function of the address and the frame's number: no frame depends on the
 * one before it, and the truth is not measured in the picture. What is kept between
 * frames is memory, and the empty room as long as the camera stands.
 */
#include "stance/mannequin.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "frame/frame.h"
#include "mannequin/address.h"
#include "mannequin/render.h"
#include "mannequin/truth.h"

/* The order of arithmetic is all that the same bytes rest on. */
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "IEEE 754 is expected");

struct stance_mannequin {
    st_address address;
    stance_mannequin_info info;
    stage stage;
    room room;
    double distance;
    layer layer;
    stance_frame *empty; /* the room without people; made by the first frame */
    bool empty_ready, empty_given;
    shadow *shadow;
    solid *solids; /* of everybody, for drawing */
    int8_t grain[GRAIN_SIZE];
};

const char *stance_mannequin_scene(size_t n, const char **help)
{
    const scene *s = scene_at(n);
    if (help)
        *help = s ? s->help : NULL;
    return s ? s->name : NULL;
}

/* ---- setting up ---- */

static void fill_info(stance_mannequin *m)
{
    const stance_mannequin_settings *s = &m->address.settings;
    int num = (int)floor(s->fps * 1000 + 0.5), den = 1000;
    for (int k = 2; k <= 5; k += 3)
        while (num % k == 0 && den % k == 0) {
            num /= k;
            den /= k;
        }
    m->info.width = m->address.width;
    m->info.height = m->address.height;
    m->info.scene = m->address.scene->name;
    m->info.fps_num = num;
    m->info.fps_den = den;
    m->info.n_frames = (int64_t)floor(s->seconds * num / den + 0.5);
    if (m->info.n_frames < 1)
        m->info.n_frames = 1;
    m->info.n_people =
        (size_t)(s->people > 0 ? s->people : (int64_t)m->address.scene->people);
    m->info.background = s->background;
}

static void set_stage(stance_mannequin *m)
{
    stage *s = &m->stage;
    uint64_t seed = (uint64_t)m->address.settings.seed;
    s->seed = seed;
    s->n_actors = m->info.n_people;
    s->seconds = m->address.settings.seconds * m->address.settings.speed;
    size_t wide = s->n_actors < 9 ? s->n_actors : 9;
    m->distance = 3.9 + 0.42 * (double)(wide - 1);
    s->view_yaw_deg = view_yaw(m->address.settings.camera);
    s->view_half =
        m->distance * 0.5 * m->info.width / view_focal(m->info.width, m->info.height);
    for (size_t i = 0; i < s->n_actors; i++) {
        st_random r = st_random_of(seed, 1 + (uint64_t)i);
        actor *a = &s->actors[i];
        a->body = body_random(&r);
        a->look = look_random(&r);
        a->phase = st_random_between(&r, 0, 1);
        a->side = st_random_below(&r, SIDES);
    }
    st_random r = st_random_of(seed, 500);
    m->room = room_random(&r, 2.6 + 0.3 * (double)wide);
    grain_make(m->grain, &r);
    m->address.scene->set(s);
}

static double scene_time(const stance_mannequin *m, int64_t n)
{
    return (double)n * m->info.fps_den / m->info.fps_num * m->address.settings.speed;
}

static void pose_actor(const stance_mannequin *m, size_t who, int64_t n, joints *out)
{
    const actor *a = &m->stage.actors[who];
    posture p = posture_stand(&a->body);
    a->act(a, scene_time(m, n), &p);
    posture_solve(&p, &a->body, a->at, a->yaw_deg, out);
}

static view view_at(const stance_mannequin *m, int64_t n)
{
    double seconds = (double)n * m->info.fps_den / m->info.fps_num;
    return view_of(m->address.settings.camera, m->info.width, m->info.height, m->distance,
                   m->address.settings.moving ? seconds : -1);
}

/* ---- events ---- */

static bool is_in_picture(const stance_mannequin *m, size_t who, int64_t n)
{
    joints j;
    v3 points[TRUTH_POINTS];
    view w = view_at(m, n);
    pose_actor(m, who, n, &j);
    truth_points(&j, &m->stage.actors[who].body, points);
    return truth_in_picture(&w, points, TRUTH_POINTS);
}

/* Who comes into the picture or leaves it. Nobody is that fast: it is enough to look ten
 * times a second, and then for the very frame. */
static void watch_the_edges(stance_mannequin *m, size_t who)
{
    int64_t step = m->info.fps_num / m->info.fps_den / 10;
    step = step > 1 ? step : 1;
    bool in = is_in_picture(m, who, 0);
    for (int64_t n = 0; n < m->info.n_frames - 1; n += step) {
        int64_t low = n, high = n + step;
        if (high > m->info.n_frames - 1)
            high = m->info.n_frames - 1;
        if (is_in_picture(m, who, high) == in)
            continue;
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (is_in_picture(m, who, middle) == in)
                low = middle;
            else
                high = middle;
        }
        in = !in;
        double t = scene_time(m, high);
        stage_add_event(&m->stage, in ? STANCE_EVENT_ENTER : STANCE_EVENT_EXIT, who, NULL,
                        t, -1, t);
    }
}

static int by_time(const void *a, const void *b)
{
    const stance_event *x = a, *y = b;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static int64_t clip_time(const stance_mannequin *m, int64_t scene_us)
{
    return (int64_t)floor((double)scene_us / m->address.settings.speed + 0.5);
}

static void settle_events(stance_mannequin *m)
{
    for (size_t i = 0; i < m->stage.n_actors; i++)
        watch_the_edges(m, i);
    for (size_t i = 0; i < m->stage.events.n; i++) {
        stance_event *e = &m->stage.events.at[i];
        e->start_us = clip_time(m, e->start_us);
        e->end_us = clip_time(m, e->end_us);
        e->turn_us = e->turn_us < 0 ? -1 : clip_time(m, e->turn_us);
    }
    if (m->stage.events.n > 0)
        qsort(m->stage.events.at, m->stage.events.n, sizeof(stance_event), by_time);
}

/* ---- opening and closing ---- */

static int get_memory(stance_mannequin *m, stance_error *err)
{
    size_t n_dots = (size_t)m->info.width * (size_t)m->info.height;
    m->layer = (layer){.width = m->info.width, .height = m->info.height};
    m->layer.dots = st_alloc_array(n_dots, sizeof(dot));
    m->empty = stance_frame_new(m->info.width, m->info.height, STANCE_PIX_YUV420P);
    m->shadow = st_alloc(sizeof(*m->shadow));
    m->solids = st_alloc_array(m->stage.n_actors * FIGURE_SOLIDS_MAX, sizeof(solid));
    if (!m->layer.dots || !m->empty || !m->shadow || !m->solids || m->stage.failed)
        return st_fail_memory(err);
    m->layer.box[2] = m->info.width; /* all of it is to be wiped */
    m->layer.box[3] = m->info.height;
    return 0;
}

int stance_mannequin_open(stance_mannequin **out, const char *address, stance_error *err)
{
    *out = NULL;
    stance_mannequin *m = st_alloc(sizeof(*m));
    if (!m)
        return st_fail_memory(err);
    int rc = st_address_read(&m->address, address, err);
    if (rc == 0) {
        fill_info(m);
        set_stage(m);
        settle_events(m);
        rc = get_memory(m, err);
    }
    if (rc < 0)
        stance_mannequin_close(&m);
    *out = m;
    return rc;
}

void stance_mannequin_close(stance_mannequin **out)
{
    stance_mannequin *m = *out;
    *out = NULL;
    if (!m)
        return;
    for (size_t i = 0; i < m->stage.n_actors; i++)
        st_free(m->stage.actors[i].moves);
    st_event_list_clear(&m->stage.events);
    st_free(m->layer.dots);
    st_free(m->shadow);
    st_free(m->solids);
    stance_frame_unref(&m->empty);
    st_address_clear(&m->address);
    st_free(m);
}

const stance_mannequin_info *stance_mannequin_get_info(const stance_mannequin *m)
{
    return &m->info;
}

int64_t stance_mannequin_time(const stance_mannequin *m, int64_t n)
{
    return (n * 1000000 * m->info.fps_den + m->info.fps_num / 2) / m->info.fps_num;
}

const stance_event *stance_mannequin_events(const stance_mannequin *m, size_t *n)
{
    *n = m->stage.events.n;
    return m->stage.events.at;
}

/* ---- pictures ---- */

int stance_mannequin_set_background(stance_mannequin *m, const stance_frame *picture)
{
    size_t stride = (size_t)picture->width * 3;
    uint8_t *bytes = st_alloc_array((size_t)picture->height, stride);
    if (!bytes)
        return STANCE_ENOMEM;
    stance_frame_to_rgb(picture, bytes, (ptrdiff_t)stride);
    backdrop_draw(bytes, picture->width, picture->height, m->empty);
    st_free(bytes);
    m->empty_given = m->empty_ready = true;
    return 0;
}

static size_t build(const stance_mannequin *m, size_t who, const joints *j, solid *solids)
{
    const actor *a = &m->stage.actors[who];
    size_t n = figure_solids(j, &a->body, &a->look, solids);
    if (a->weights)
        n = figure_weights(j, solids, n);
    if (a->seat)
        n = figure_seat(a->at, a->yaw_deg, solids, n);
    return n;
}

void stance_mannequin_draw(stance_mannequin *m, int64_t n, stance_frame *frame)
{
    view w = view_at(m, n);
    size_t n_solids = 0;
    for (size_t i = 0; i < m->stage.n_actors; i++) {
        joints j;
        pose_actor(m, i, n, &j);
        n_solids += build(m, i, &j, m->solids + n_solids);
    }
    if (!m->empty_ready || (m->address.settings.moving && !m->empty_given)) {
        room_draw(&m->room, &w, !m->address.settings.moving, m->empty);
        m->empty_ready = true;
    }
    st_frame_copy_pixels(frame, m->empty);
    shadow_make(m->shadow, m->solids, n_solids);
    shadow_draw(m->shadow, &w, frame);
    layer_wipe(&m->layer);
    for (size_t i = 0; i < n_solids; i++)
        layer_draw(&m->layer, &w, &m->solids[i]);
    layer_put(&m->layer, frame);
    grain_add(m->grain, (uint64_t)m->address.settings.seed * 1000003 + (uint64_t)n,
              frame);
    frame->colour = (stance_colour){.primaries = 1, .transfer = 1, .matrix = 1};
    frame->index = n;
    frame->pts_us = stance_mannequin_time(m, n);
    frame->duration_us = stance_mannequin_time(m, n + 1) - frame->pts_us;
    frame->file = NULL;
}

/* ---- truth ---- */

typedef struct truth_work {
    v3 points[STAGE_PEOPLE_MAX][TRUTH_POINTS];
    figure figures[STAGE_PEOPLE_MAX];
    solid solids[];
} truth_work;

int stance_mannequin_truth(const stance_mannequin *m, int64_t n, stance_poses *truth)
{
    const stance_skeleton *skeleton = stance_skeleton_find("coco17");
    view w = view_at(m, n);
    size_t n_solids = 0, n_in = 0, people = m->stage.n_actors;
    truth_work *work =
        st_alloc(sizeof(*work) + people * FIGURE_SOLIDS_MAX * sizeof(solid));
    if (!work)
        return STANCE_ENOMEM;
    bool in[STAGE_PEOPLE_MAX];
    for (size_t i = 0; i < people; i++) {
        joints j;
        pose_actor(m, i, n, &j);
        truth_points(&j, &m->stage.actors[i].body, work->points[i]);
        work->figures[i].solids = work->solids + n_solids;
        work->figures[i].n = build(m, i, &j, work->solids + n_solids);
        n_solids += work->figures[i].n;
        in[i] = truth_in_picture(&w, work->points[i], TRUTH_POINTS);
        n_in += in[i];
    }
    int rc = stance_poses_reset(truth, skeleton, n_in);
    for (size_t i = 0, k = 0; rc == 0 && i < people; i++)
        if (in[i])
            truth_fill(&w, work->figures, people, i, work->points[i],
                       &truth->people[k++]);
    st_free(work);
    return rc;
}
