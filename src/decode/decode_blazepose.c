/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BlazePose: a detector that finds the circle around somebody's body, and landmarks
 * within that circle, which also say where it will be in the next frame.
 *
 * The circle is two points: its middle, between the hips, and a point on its rim above
 * the head as the body lies, so that it tells size and turn at once. The detector has
 * 2254 anchors; those that overlap are averaged by score. Landmarks are pixels of the
 * input, put right by a heatmap around each; their score is the network's "visibility".
 *
 * Source: MediaPipe's pose_detection and pose_landmark graphs (SSD anchors of strides 8,
 * 16, 32, 32, 32; weighted non-maximum suppression at 0.3; refinement by heatmaps within
 * 7 cells; circle x 1.25); checked against an independent version in tests/reference/.
 */
#include <math.h>

#include "base/status.h"
#include "decode/maps.h"
#include "pose/box.h"

enum {
    N_ROW = 12,   /* a detection: box, four points */
    N_MOST = 512, /* candidates; the surest of them */
    N_LANDMARKS = 39,
    N_VALUES = 5,  /* of a landmark: x, y, z, visibility, presence */
    N_POINTS = 33, /* the skeleton's; behind them the circle's two */
    MIDDLE = N_POINTS,
    TOP,
    N_GIVEN,
};

static const float least_score = 0.5F, most_overlap = 0.3F;
static const float least_refined = 0.5F; /* what a heatmap has to reach */
static const double margin = 1.25;

static float sigmoid(float value)
{
    return 1 / (1 + expf(-value));
}

/* The square around the circle and a quarter more, turned so that the body is upright. */
static bool view_of(const stance_keypoint *middle, const stance_keypoint *top,
                    st_view *view)
{
    if (!stance_keypoint_given(middle) || !stance_keypoint_given(top))
        return false;
    double dx = (double)top->x - (double)middle->x;
    double dy = (double)top->y - (double)middle->y;
    double side = 2 * margin * hypot(dx, dy);
    if (side <= 0)
        return false;
    *view = (st_view){.x = (double)middle->x - side / 2,
                      .y = (double)middle->y - side / 2,
                      .w = side,
                      .h = side,
                      .turn = atan2(dx, -dy)};
    return true;
}

/* ---- the detector ---- */

static const char *const circle_names[] = {"body_middle", "body_top", "trunk_middle",
                                           "trunk_top"};

typedef struct candidate {
    float values[N_ROW]; /* fractions of the input: middle, size, points */
    float score;
} candidate;

static size_t n_anchors(const st_decode_about *about)
{
    size_t n = 0;
    for (int stride = 8; stride <= 32; stride *= 2)
        n += (size_t)(about->width / stride) * (size_t)(about->height / stride) *
             (stride == 32 ? 6 : 2);
    return n;
}

static int check_detector(const st_output *o, size_t n, const st_decode_about *about,
                          stance_error *err)
{
    size_t anchors = n_anchors(about);
    if (n != 2 || o[0].n != anchors * N_ROW || o[1].n != anchors)
        return st_decode_fail_shapes(
            err, o, n, "outputs of %zu x 12 and %zu values, one row for each anchor",
            anchors, anchors);
    return 0;
}

/* Keep the surest, best first. */
static size_t add(candidate *list, size_t n, const float *row, float score, float ax,
                  float ay, const st_decode_about *about)
{
    size_t at = n < N_MOST ? n : N_MOST - 1;
    candidate c = {.score = score};
    if (n == N_MOST && list[at].score >= score)
        return n;
    for (int i = 0; i < N_ROW; i++) {
        float size = (float)(i % 2 ? about->height : about->width);
        float from = i == 2 || i == 3 ? 0 : i % 2 ? ay : ax;
        c.values[i] = row[i] / size + from;
        if (!(fabsf(c.values[i]) < 1e6F)) /* of the input: no place any more */
            return n;
    }
    for (; at > 0 && list[at - 1].score < score; at--)
        list[at] = list[at - 1];
    list[at] = c;
    return n < N_MOST ? n + 1 : n;
}

static size_t collect(const st_output *o, const st_decode_about *about, candidate *list)
{
    size_t n = 0, i = 0;
    for (int stride = 8; stride <= 32; stride *= 2) {
        int wide = about->width / stride, high = about->height / stride;
        int each = stride == 32 ? 6 : 2;
        for (int place = 0; place < wide * high * each; place++, i++) {
            int x = place / each % wide, y = place / each / wide;
            float score = sigmoid(o[1].data[i]);
            if (score >= least_score)
                n = add(list, n, o[0].data + i * N_ROW, score,
                        ((float)x + 0.5F) / (float)wide, ((float)y + 0.5F) / (float)high,
                        about);
        }
    }
    return n;
}

/* Of two boxes given by middle and size. */
static double overlap(const float *a, const float *b)
{
    const float one[4] = {a[0] - a[2] / 2, a[1] - a[3] / 2, a[2], a[3]};
    const float other[4] = {b[0] - b[2] / 2, b[1] - b[3] / 2, b[2], b[3]};
    return st_box_overlap(one, other);
}

/* The surest and all that overlap it become one, weighted by score; the rest goes on.
 * @return how many are left */
static size_t merge_first(candidate *list, size_t n, candidate *one)
{
    const candidate first = list[0];
    float sum[N_ROW] = {0}, weight = 0;
    size_t rest = 0;
    for (size_t i = 0; i < n; i++) {
        const candidate c = list[i];
        if (i > 0 && !(overlap(first.values, c.values) > (double)most_overlap)) {
            list[rest++] = c;
            continue;
        }
        for (int k = 0; k < N_ROW; k++)
            sum[k] += c.values[k] * c.score;
        weight += c.score;
    }
    one->score = first.score;
    for (int k = 0; k < N_ROW; k++)
        one->values[k] = sum[k] / weight;
    return rest;
}

/* The box is the square around the circle; the network's own box is that of the head. */
static void fill_circle(const candidate *c, const st_decode_about *about,
                        stance_pose *pose)
{
    float wide = (float)about->width, high = (float)about->height;
    for (int k = 0; k < 4; k++)
        pose->keypoints[k] = (stance_keypoint){.x = c->values[4 + 2 * k],
                                               .y = c->values[5 + 2 * k],
                                               .z = NAN,
                                               .score = c->score,
                                               .raw = {NAN, NAN}};
    float radius = hypotf((c->values[6] - c->values[4]) * wide,
                          (c->values[7] - c->values[5]) * high);
    pose->box[0] = c->values[4] - radius / wide;
    pose->box[1] = c->values[5] - radius / high;
    pose->box[2] = 2 * radius / wide;
    pose->box[3] = 2 * radius / high;
    pose->score = c->score;
}

static int run_detector(const st_output *o, size_t n, const st_decode_about *about,
                        stance_poses *poses)
{
    candidate list[N_MOST];
    size_t left = collect(o, about, list), found = 0;
    (void)n;
    int rc = stance_poses_reset(poses, about->skeleton, left);
    while (rc == 0 && left > 0) {
        candidate one;
        left = merge_first(list, left, &one);
        fill_circle(&one, about, &poses->people[found++]);
    }
    poses->n = rc == 0 ? found : 0;
    return rc;
}

static bool view_detector(const stance_pose *pose, st_view *view)
{
    return view_of(&pose->keypoints[0], &pose->keypoints[1], view);
}

/* ---- the landmarks ---- */

static int check_landmarks(const st_output *o, size_t n, const st_decode_about *about,
                           stance_error *err)
{
    st_maps maps;
    if (about->skeleton->n_keypoints != N_GIVEN)
        return st_fail(err, STANCE_EMODEL,
                       "expected a skeleton of 33 points, found %s with %zu",
                       about->skeleton->name, about->skeleton->n_keypoints - 2);
    if (n != 4 || o[0].n != (size_t)N_LANDMARKS * N_VALUES || o[1].n != 1 ||
        !st_maps_of(&o[2], N_LANDMARKS, &maps) || o[3].n != (size_t)N_LANDMARKS * 3)
        return st_decode_fail_shapes(err, o, n,
                                     "outputs of 195 values (39 landmarks), of 1 (is "
                                     "somebody there), 39 heatmaps, "
                                     "and of 117 (places in the world)");
    return 0;
}

/* The middle of the heatmap's cells around a landmark, weighted by what they hold. */
static void refine(const st_maps *m, int k, float *x, float *y)
{
    const int around = 3;
    float most = 0, sum = 0, sum_x = 0, sum_y = 0;
    if (!(*x >= 0 && *x < 1 && *y >= 0 && *y < 1))
        return;
    int cx = (int)(*x * (float)m->width), cy = (int)(*y * (float)m->height);
    for (int j = cy - around; j <= cy + around; j++)
        for (int i = cx - around; i <= cx + around; i++) {
            if (i < 0 || j < 0 || i >= m->width || j >= m->height)
                continue;
            float value = sigmoid(st_maps_at(m, k, i, j));
            most = fmaxf(most, value);
            sum += value;
            sum_x += value * (float)i;
            sum_y += value * (float)j;
        }
    if (most < least_refined || !(sum > 0))
        return;
    *x = sum_x / (float)m->width / sum;
    *y = sum_y / (float)m->height / sum;
}

static int run_landmarks(const st_output *o, size_t n, const st_decode_about *about,
                         stance_poses *poses)
{
    st_maps maps;
    bool somebody =
        n == 4 && isfinite(o[1].data[0]) && st_maps_of(&o[2], N_LANDMARKS, &maps);
    int rc = stance_poses_reset(poses, about->skeleton, somebody ? 1 : 0);
    if (rc < 0 || !somebody)
        return rc;
    stance_pose *pose = &poses->people[0];
    pose->score = fminf(fmaxf(o[1].data[0], 0), 1);
    for (int k = 0; k < N_GIVEN; k++) {
        const float *row = o[0].data + (ptrdiff_t)k * N_VALUES;
        const float *world = o[3].data + (ptrdiff_t)k * 3;
        stance_keypoint *point = &pose->keypoints[k];
        float x = row[0] / (float)about->width, y = row[1] / (float)about->height;
        float score = sigmoid(row[3]);
        if (!isfinite(x) || !isfinite(y) || !(score >= 0))
            continue;
        refine(&maps, k, &x, &y);
        *point = (stance_keypoint){
            .x = x, .y = y, .z = NAN, .score = score, .raw = {NAN, NAN}};
        if (isfinite(row[2]))
            point->z = row[2] / (float)about->width;
        for (int i = 0; i < 3; i++)
            point->world[i] = world[i];
    }
    return 0;
}

static bool view_landmarks(const stance_pose *pose, st_view *view)
{
    return view_of(&pose->keypoints[MIDDLE], &pose->keypoints[TOP], view);
}

const st_decoder_class st_decoder_blazepose_detector = {
    .name = "blazepose-detector",
    .help = "BlazePose's anchors: the circle around each body",
    .several = true,
    .boxes = true,
    .min_score = 0.5,
    .n_extra = 4,
    .extra = circle_names,
    .check = check_detector,
    .run = run_detector,
    .view = view_detector,
};

const st_decoder_class st_decoder_blazepose = {
    .name = "blazepose",
    .help = "BlazePose's landmarks, in the picture and in the world: one person",
    .min_score = 0.5,
    .n_extra = 2,
    .extra = circle_names,
    .check = check_landmarks,
    .run = run_landmarks,
    .view = view_landmarks,
};
