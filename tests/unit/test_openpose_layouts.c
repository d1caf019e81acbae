/* SPDX-License-Identifier: Apache-2.0 */
/* OpenPose's three models: people drawn as heatmaps and fields decode to their own
 * points. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"

enum { MOST_POINTS = 25, MOST_LIMBS = 26 };
enum { CROWD_ACROSS = 25, CROWD_DOWN = 20, CROWD_WIDE = 24, CROWD_HIGH = 44 };

/* A model's maps, in the numbers that OpenPose publishes. */
typedef struct layout {
    const char *skeleton;
    int n_points, n_limbs;
    uint8_t limbs[MOST_LIMBS][2];
    uint8_t fields[MOST_LIMBS];
} layout;

static const layout layouts[] = {
    {"openpose18",
     18,
     19,
     {{1, 2},
      {1, 5},
      {2, 3},
      {3, 4},
      {5, 6},
      {6, 7},
      {1, 8},
      {8, 9},
      {9, 10},
      {1, 11},
      {11, 12},
      {12, 13},
      {1, 0},
      {0, 14},
      {14, 16},
      {0, 15},
      {15, 17},
      {2, 16},
      {5, 17}},
     {12, 20, 14, 16, 22, 24, 0, 2, 4, 6, 8, 10, 28, 30, 34, 32, 36, 18, 26}},
    {"mpi15",
     15,
     14,
     {{0, 1},
      {1, 2},
      {2, 3},
      {3, 4},
      {1, 5},
      {5, 6},
      {6, 7},
      {1, 14},
      {14, 8},
      {8, 9},
      {9, 10},
      {14, 11},
      {11, 12},
      {12, 13}},
     {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26}},
    {"body25",
     25,
     26,
     {{1, 8},   {1, 2},   {1, 5},   {2, 3},   {3, 4},   {5, 6},   {6, 7},
      {8, 9},   {9, 10},  {10, 11}, {8, 12},  {12, 13}, {13, 14}, {1, 0},
      {0, 15},  {15, 17}, {0, 16},  {16, 18}, {2, 17},  {5, 18},  {14, 19},
      {19, 20}, {14, 21}, {11, 22}, {22, 23}, {11, 24}},
     {0,  14, 22, 16, 18, 24, 26, 6,  2,  4,  8,  10, 12,
      30, 32, 36, 34, 38, 20, 28, 40, 42, 44, 46, 48, 50}},
};

/* Cells around the middle of a standing figure of 18 by 34 cells. */
static const struct {
    const char *name;
    float x, y;
} figure[] = {
    {"nose", 0, -13},
    {"left_eye", 1.4F, -14},
    {"right_eye", -1.4F, -14},
    {"left_ear", 3, -14},
    {"right_ear", -3, -14},
    {"neck", 0, -9},
    {"head_top", 0, -16},
    {"left_shoulder", 4, -9},
    {"right_shoulder", -4, -9},
    {"left_elbow", 6, -4},
    {"right_elbow", -6, -4},
    {"left_wrist", 7, 1},
    {"right_wrist", -7, 1},
    {"chest", 0, -5},
    {"mid_hip", 0, 0},
    {"left_hip", 3, 0},
    {"right_hip", -3, 0},
    {"left_knee", 3, 7},
    {"right_knee", -3, 7},
    {"left_ankle", 3, 14},
    {"right_ankle", -3, 14},
    {"left_heel", 1.5F, 16},
    {"right_heel", -1.5F, 16},
    {"left_big_toe", 5, 16},
    {"right_big_toe", -5, 16},
    {"left_small_toe", 7.5F, 15.5F},
    {"right_small_toe", -7.5F, 15.5F},
};

typedef struct drawing {
    const layout *is;
    const stance_skeleton *skeleton;
    int width, height;
    float *maps; /* map after map: heatmaps, background, fields */
} drawing;

static float *cell(const drawing *d, int map, int x, int y)
{
    return &d->maps[((size_t)map * (size_t)d->height + (size_t)y) * (size_t)d->width +
                    (size_t)x];
}

static void place_of(const drawing *d, int k, float x, float y, float out[2])
{
    for (size_t i = 0; i < COUNT(figure); i++)
        if (strcmp(figure[i].name, d->skeleton->names[k]) == 0) {
            out[0] = x + figure[i].x;
            out[1] = y + figure[i].y;
            return;
        }
    fail_msg("the figure has no %s", d->skeleton->names[k]);
}

static void add_peak(const drawing *d, int k, const float at[2], float top)
{
    for (int y = (int)at[1] - 4; y <= (int)at[1] + 5; y++)
        for (int x = (int)at[0] - 4; x <= (int)at[0] + 5; x++) {
            float dx = (float)x - at[0], dy = (float)y - at[1];
            if (x < 0 || y < 0 || x >= d->width || y >= d->height)
                continue;
            float *to = cell(d, k, x, y);
            *to = fmaxf(*to, top * expf(-(dx * dx + dy * dy) / 1.6F));
        }
}

static void add_limb(const drawing *d, int limb, const float a[2], const float b[2])
{
    float dx = b[0] - a[0], dy = b[1] - a[1], length = sqrtf(dx * dx + dy * dy);
    int first = d->is->n_points + 1 + d->is->fields[limb];
    for (int y = (int)fminf(a[1], b[1]) - 2; y <= (int)fmaxf(a[1], b[1]) + 3; y++)
        for (int x = (int)fminf(a[0], b[0]) - 2; x <= (int)fmaxf(a[0], b[0]) + 3; x++) {
            float px = (float)x - a[0], py = (float)y - a[1];
            float along = (px * dx + py * dy) / length;
            if (x < 0 || y < 0 || x >= d->width || y >= d->height || along < -1 ||
                along > length + 1 || fabsf(px * dy - py * dx) / length > 1.2F)
                continue;
            *cell(d, first, x, y) = dx / length;
            *cell(d, first + 1, x, y) = dy / length;
        }
}

static void add_person(const drawing *d, float x, float y, float top)
{
    float a[2], b[2];
    for (int k = 0; k < d->is->n_points; k++) {
        place_of(d, k, x, y, a);
        add_peak(d, k, a, top);
    }
    for (int limb = 0; limb < d->is->n_limbs; limb++) {
        place_of(d, d->is->limbs[limb][0], x, y, a);
        place_of(d, d->is->limbs[limb][1], x, y, b);
        add_limb(d, limb, a, b);
    }
}

static int n_maps(const layout *is)
{
    return is->n_points + 1 + 2 * is->n_limbs;
}

static drawing new_drawing(const layout *is, int width, int height)
{
    drawing d = {.is = is,
                 .skeleton = stance_skeleton_find(is->skeleton),
                 .width = width,
                 .height = height};
    d.maps = calloc((size_t)n_maps(is) * (size_t)width * (size_t)height, sizeof(*d.maps));
    assert_non_null(d.skeleton);
    assert_non_null(d.maps);
    return d;
}

static void decode(const drawing *d, bool in_two, stance_poses *poses)
{
    size_t size = (size_t)d->width * (size_t)d->height;
    int heats = d->is->n_points + 1, fields = 2 * d->is->n_limbs;
    st_decode_about about = {d->skeleton, d->width * 8, d->height * 8};
    stance_error err = {0};
    st_output outputs[2] = {{.data = d->maps,
                             .n = size * (size_t)n_maps(d->is),
                             .rank = 4,
                             .dims = {1, n_maps(d->is), d->height, d->width}}};
    if (in_two) {
        outputs[0].dims[1] = heats;
        outputs[0].n = size * (size_t)heats;
        outputs[1] = (st_output){.data = d->maps + size * (size_t)heats,
                                 .n = size * (size_t)fields,
                                 .rank = 4,
                                 .dims = {1, fields, d->height, d->width}};
    }
    stance_poses_init(poses);
    if (st_decoder_openpose.check(outputs, in_two ? 2 : 1, &about, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(st_decoder_openpose.run(outputs, in_two ? 2 : 1, &about, poses), 0);
}

/* All points of the person whose middle is nearest, within a quarter of a cell. */
static void expect_person(const drawing *d, const stance_poses *poses, float x, float y)
{
    int hip = stance_skeleton_point(d->skeleton, "left_hip");
    const stance_pose *found = NULL;
    float at[2] = {0, 0};
    place_of(d, hip, x, y, at);
    for (size_t i = 0; i < poses->n && !found; i++) {
        const stance_keypoint *p = &poses->people[i].keypoints[hip];
        if (fabsf(p->x * (float)d->width - 0.5F - at[0]) < 1 &&
            fabsf(p->y * (float)d->height - 0.5F - at[1]) < 1)
            found = &poses->people[i];
    }
    if (!found)
        fail_msg("%s: nobody at %g, %g", d->skeleton->name, x, y);
    for (int k = 0; k < d->is->n_points; k++) {
        const stance_keypoint *p = &found->keypoints[k];
        place_of(d, k, x, y, at);
        if (!(fabsf(p->x * (float)d->width - 0.5F - at[0]) < 0.25F) ||
            !(fabsf(p->y * (float)d->height - 0.5F - at[1]) < 0.25F))
            fail_msg("%s: %s at %g, %g, expected %g, %g", d->skeleton->name,
                     d->skeleton->names[k], p->x * (float)d->width - 0.5F,
                     p->y * (float)d->height - 0.5F, at[0], at[1]);
    }
}

static void people_have_their_own_points(void **state)
{
    static const float middles[][2] = {{15.3F, 20.6F}, {38.7F, 22.2F}, {62, 19}};
    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++)
        for (size_t n = 0; n <= COUNT(middles); n++)
            for (int in_two = 0; in_two < 2; in_two++) {
                stance_poses poses;
                drawing d = new_drawing(&layouts[i], 78, 46);
                for (size_t k = 0; k < n; k++)
                    add_person(&d, middles[k][0], middles[k][1], 0.9F - 0.1F * (float)k);
                decode(&d, in_two, &poses);
                assert_int_equal(poses.n, n);
                for (size_t k = 0; k < n; k++) {
                    expect_person(&d, &poses, middles[k][0], middles[k][1]);
                    assert_true(poses.people[k].score <= 1 &&
                                poses.people[k].score > 0.5F);
                }
                stance_poses_clear(&poses);
                free(d.maps);
            }
}

/* Not in straight rows: ten places on the line to somebody else could all be on limbs. */
static void place_in_crowd(int n, float *x, float *y)
{
    uint32_t chance = (uint32_t)(n + 1) * 2654435761U;
    chance ^= chance >> 15;
    chance *= 2246822519U;
    *x = (float)(n % CROWD_ACROSS * CROWD_WIDE) + 9.3F + (float)(chance >> 24) / 43;
    *y = (float)(n / CROWD_ACROSS * CROWD_HIGH) + 18.1F +
         (float)((chance >> 16) & 255) / 28;
}

/* More people than any picture shows; each keeps to its own. */
static void five_hundred_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++) {
        stance_poses poses;
        drawing d = new_drawing(&layouts[i], CROWD_ACROSS * CROWD_WIDE,
                                CROWD_DOWN * CROWD_HIGH + 6);
        float x, y;
        for (int n = 0; n < CROWD_ACROSS * CROWD_DOWN; n++) {
            place_in_crowd(n, &x, &y);
            add_person(&d, x, y, 0.9F);
        }
        decode(&d, false, &poses);
        assert_int_equal(poses.n, CROWD_ACROSS * CROWD_DOWN);
        for (int n = 0; n < CROWD_ACROSS * CROWD_DOWN; n++) {
            place_in_crowd(n, &x, &y);
            expect_person(&d, &poses, x, y);
        }
        stance_poses_clear(&poses);
        free(d.maps);
    }
}

/* What is cut by the picture's edge is missing, and the rest stands. */
static void people_may_be_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++) {
        stance_poses poses;
        drawing d = new_drawing(&layouts[i], 40, 30);
        add_person(&d, 20, 20, 0.9F); /* the feet are below */
        decode(&d, false, &poses);
        assert_int_equal(poses.n, 1);
        int knee = stance_skeleton_point(d.skeleton, "left_knee");
        int ankle = stance_skeleton_point(d.skeleton, "left_ankle");
        assert_true(stance_keypoint_given(&poses.people[0].keypoints[knee]));
        assert_false(stance_keypoint_given(&poses.people[0].keypoints[ankle]));
        stance_poses_clear(&poses);
        free(d.maps);
    }
}

static void maps_of_another_model_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(layouts); i++)
        for (size_t k = 0; k < COUNT(layouts); k++) {
            st_output output = {
                .rank = 4, .n = 1, .dims = {1, n_maps(&layouts[i]), 46, 54}};
            st_decode_about about = {stance_skeleton_find(layouts[k].skeleton), 432, 368};
            stance_error err = {0};
            int rc = st_decoder_openpose.check(&output, 1, &about, &err);
            assert_int_equal(rc, i == k ? 0 : STANCE_EMODEL);
            char found[32];
            snprintf(found, sizeof(found), "found 1x%dx46x54", n_maps(&layouts[i]));
            if (i != k && !strstr(err.message, found))
                fail_msg("found \"%s\"", err.message);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_have_their_own_points),
        cmocka_unit_test(five_hundred_people),
        cmocka_unit_test(people_may_be_cut),
        cmocka_unit_test(maps_of_another_model_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
