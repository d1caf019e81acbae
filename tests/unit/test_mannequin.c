/* SPDX-License-Identifier: Apache-2.0 */
/* Drawn people: the same bytes in every build, and a truth that is true. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "mannequin/geometry.h"
#include "mannequin_kit.h"

/* ---- the same bytes ---- */

static uint64_t hash_plane(uint64_t hash, const stance_frame *frame, int plane)
{
    int width, height;
    stance_pix_plane_size(frame->format, plane, frame->width, frame->height, &width,
                          &height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) { /* FNV-1a */
            hash ^= frame->data[plane][y * frame->stride[plane] + x];
            hash *= UINT64_C(0x100000001b3);
        }
    return hash;
}

static uint64_t hash_frame(stance_mannequin *m, int64_t n, uint64_t hash)
{
    const stance_mannequin_info *info = stance_mannequin_get_info(m);
    stance_frame *frame = stance_frame_new(info->width, info->height, STANCE_PIX_YUV420P);
    assert_non_null(frame);
    stance_mannequin_draw(m, n, frame);
    for (int plane = 0; plane < 3; plane++)
        hash = hash_plane(hash, frame, plane);
    stance_frame_unref(&frame);
    return hash;
}

/* Every build of every compiler has to come to these: see also mannequin_compilers.sh. A
 * change of how people look changes them; the test prints what it found. */
static const struct {
    const char *address;
    uint64_t hash;
} hashes[] = {
    {"mannequin:stand?size=160x120", UINT64_C(0x33208fb2f8ed9b58)},
    {"mannequin:walk?size=161x121&camera=oblique&moving=yes",
     UINT64_C(0x2274e6c75436d195)},
    {"mannequin:squats?size=160x120&people=2&seed=7", UINT64_C(0x54e8bab924368e74)},
    {"mannequin:jacks?size=120x160&camera=side", UINT64_C(0x7f08a4183b6ce699)},
    {"mannequin:pushups?size=160x120&camera=high", UINT64_C(0x7e89bff2d32d48b6)},
    {"mannequin:situps?size=160x120&seed=3", UINT64_C(0xbee0c96ae3f617b1)},
    {"mannequin:situps?size=160x120&seed=4&camera=oblique", UINT64_C(0xb45dfc204d41ab33)},
    {"mannequin:curls?size=160x120&seed=3", UINT64_C(0xbabab0a4c28adcba)},
    {"mannequin:sit?size=160x120&camera=oblique&seed=4", UINT64_C(0x9899c0de4c6130d0)},
    {"mannequin:fall?size=160x120&seed=5&speed=1.3", UINT64_C(0x55ee05297de8b1e2)},
    {"mannequin:cross?size=160x120", UINT64_C(0x4c00607dfa7d2f9d)},
    {"mannequin:crowd?size=160x120&seed=9", UINT64_C(0x396d1c2838c11d81)},
};

static void the_bytes_are_the_same_everywhere(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < COUNT(hashes); i++) {
        stance_mannequin *m = open_scene(hashes[i].address);
        uint64_t hash = UINT64_C(0xcbf29ce484222325);
        static const int64_t frames[] = {0, 61, 142, 299};
        for (size_t k = 0; k < COUNT(frames); k++)
            hash = hash_frame(m, frames[k], hash);
        if (hash != hashes[i].hash) {
            print_message("%s: found UINT64_C(0x%016llx)\n", hashes[i].address,
                          (unsigned long long)hash);
            wrong++;
        }
        stance_mannequin_close(&m);
        assert_null(m);
    }
    assert_int_equal(wrong, 0);
}

static void frames_do_not_depend_on_those_before(void **state)
{
    (void)state;
    stance_mannequin *a = open_scene("mannequin:cross?size=160x120");
    stance_mannequin *b = open_scene("mannequin:cross?size=160x120");
    for (int64_t n = 90; n >= 0; n -= 15)
        hash_frame(a, n, 0);
    assert_true(hash_frame(a, 77, 1) == hash_frame(b, 77, 1));
    assert_true(hash_frame(a, 77, 1) != hash_frame(b, 78, 1));
    stance_mannequin_close(&a);
    stance_mannequin_close(&b);
}

static void seeds_differ(void **state)
{
    (void)state;
    stance_mannequin *a = open_scene("mannequin:stand?size=160x120&seed=1");
    stance_mannequin *b = open_scene("mannequin:stand?size=160x120&seed=2");
    assert_true(hash_frame(a, 0, 1) != hash_frame(b, 0, 1));
    stance_mannequin_close(&a);
    stance_mannequin_close(&b);
}

/* ---- the truth ---- */

static const int limbs[][2] = {
    {L_SHOULDER, R_SHOULDER}, {L_SHOULDER, L_ELBOW}, {R_SHOULDER, R_ELBOW},
    {L_ELBOW, L_WRIST},       {R_ELBOW, R_WRIST},    {L_HIP, R_HIP},
    {L_HIP, L_KNEE},          {R_HIP, R_KNEE},       {L_KNEE, L_ANKLE},
    {R_KNEE, R_ANKLE},
};

static void check_scene_lengths(stance_mannequin *m)
{
    const stance_mannequin_info *info = stance_mannequin_get_info(m);
    double lengths[32][COUNT(limbs)] = {{0}};
    stance_poses truth;
    stance_poses_init(&truth);
    for (int64_t n = 0; n < info->n_frames; n += 3) {
        assert_int_equal(stance_mannequin_truth(m, n, &truth), 0);
        for (size_t i = 0; i < truth.n; i++) {
            const stance_pose *pose = &truth.people[i];
            assert_in_range(pose->id, 1, info->n_people);
            for (size_t k = 0; k < COUNT(limbs); k++) {
                double *known = &lengths[pose->id - 1][k];
                double now = world_distance(pose, limbs[k][0], limbs[k][1]);
                if (*known > 0 && fabs(now - *known) > 0.0005)
                    fail_msg("%s: frame %lld, person %lld, %s to %s: %g m, was %g m",
                             info->scene, (long long)n, (long long)pose->id,
                             truth.skeleton->names[limbs[k][0]],
                             truth.skeleton->names[limbs[k][1]], now, *known);
                *known = now;
            }
        }
    }
    stance_poses_clear(&truth);
}

static void bones_keep_their_lengths(void **state)
{
    (void)state;
    const char *scene;
    for (size_t i = 0; (scene = stance_mannequin_scene(i, NULL)); i++) {
        char address[100];
        snprintf(address, sizeof(address), "mannequin:%s?seed=%zu&size=64x48", scene, i);
        stance_mannequin *m = open_scene(address);
        check_scene_lengths(m);
        stance_mannequin_close(&m);
    }
}

/* Places in the picture are those of the 3-D points, by a camera of known focal length.
 */
static void places_and_metres_agree(void **state)
{
    (void)state;
    stance_mannequin *m =
        open_scene("mannequin:lunges?camera=high&moving=yes&size=320x240");
    stance_poses truth;
    stance_poses_init(&truth);
    for (int64_t n = 0; n < 300; n += 17) {
        assert_int_equal(stance_mannequin_truth(m, n, &truth), 0);
        const stance_pose *pose = person(&truth, 1);
        for (int k = 0; k < 17; k++) {
            const stance_keypoint *p = &pose->keypoints[k];
            double z = pose->position[2] + p->world[2], focal = 1.37 * 240;
            assert_near(p->x, 160 + focal * (pose->position[0] + p->world[0]) / z, 0.01);
            assert_near(p->y, 120 + focal * (pose->position[1] + p->world[1]) / z, 0.01);
            assert_true(p->x >= pose->box[0] && p->y >= pose->box[1] &&
                        p->x <= pose->box[0] + pose->box[2] &&
                        p->y <= pose->box[1] + pose->box[3]);
        }
    }
    stance_poses_clear(&truth);
    stance_mannequin_close(&m);
}

static v3 world(const stance_pose *pose, int k)
{
    const float *w = pose->keypoints[k].world;
    return (v3){w[0], w[1], w[2]};
}

/* Whoever faces along the nose has the left shoulder on the left, whatever the body does:
 * left x up = front, with y down. */
static void left_is_left(void **state)
{
    (void)state;
    static const char *const cameras[] = {"front", "side", "oblique", "high"};
    const char *scene;
    for (size_t i = 0; (scene = stance_mannequin_scene(i, NULL)); i++) {
        char address[100];
        snprintf(address, sizeof(address), "mannequin:%s?camera=%s&size=64x48&seed=3",
                 scene, cameras[i % COUNT(cameras)]);
        stance_mannequin *m = open_scene(address);
        stance_poses truth;
        stance_poses_init(&truth);
        for (int64_t n = 0; n < 300; n += 7) {
            assert_int_equal(stance_mannequin_truth(m, n, &truth), 0);
            for (size_t k = 0; k < truth.n; k++) {
                const stance_pose *p = &truth.people[k];
                v3 left = v3_sub(world(p, 3), world(p, 4)); /* ears */
                v3 front = v3_sub(world(p, NOSE), v3_mix(world(p, 3), world(p, 4), 0.5));
                v3 eyes = v3_sub(v3_mix(world(p, 1), world(p, 2), 0.5), world(p, NOSE));
                /* x right, y down, z away is right-handed, as the room is */
                v3 turned = v3_cross(left, eyes);
                if (v3_dot(turned, front) <= 0)
                    fail_msg("%s: frame %lld: the face is mirrored", scene, (long long)n);
                v3 across = v3_sub(world(p, L_SHOULDER), world(p, R_SHOULDER));
                v3 hips = v3_sub(world(p, L_HIP), world(p, R_HIP));
                if (v3_dot(across, hips) <= 0)
                    fail_msg("%s: frame %lld: shoulders against hips", scene,
                             (long long)n);
            }
        }
        stance_poses_clear(&truth);
        stance_mannequin_close(&m);
    }
}

static size_t count_hidden(const char *address, stance_visibility visibility)
{
    stance_mannequin *m = open_scene(address);
    stance_poses truth;
    stance_poses_init(&truth);
    size_t n_hidden = 0;
    for (int64_t n = 0; n < 300; n += 5) {
        assert_int_equal(stance_mannequin_truth(m, n, &truth), 0);
        for (size_t i = 0; i < truth.n; i++)
            for (int k = 0; k < 17; k++)
                n_hidden += truth.people[i].keypoints[k].visibility == visibility;
    }
    stance_poses_clear(&truth);
    stance_mannequin_close(&m);
    return n_hidden;
}

static void hidden_points_are_told(void **state)
{
    (void)state;
    assert_true(count_hidden("mannequin:cross?size=64x48", STANCE_HIDDEN_BY_OTHERS) > 20);
    assert_int_equal(count_hidden("mannequin:walk?size=64x48", STANCE_HIDDEN_BY_OTHERS),
                     0);
    assert_true(count_hidden("mannequin:walk?size=64x48", STANCE_HIDDEN_BY_SELF) > 50);
    assert_int_equal(count_hidden("mannequin:stand?size=64x48", STANCE_OUTSIDE), 0);
    assert_true(count_hidden("mannequin:enter-leave?size=64x48", STANCE_OUTSIDE) > 5);
    /* Facing the camera, arms aside: all of the body can be seen. */
    size_t hidden =
        count_hidden("mannequin:jacks?size=64x48&seed=2", STANCE_HIDDEN_BY_SELF);
    if (hidden > 60 * 17 / 20)
        fail_msg("%zu points of jumping jacks are hidden", hidden);
}

/* ---- addresses ---- */

static void a_wrong_address_is_told(void **state)
{
    static const struct {
        const char *address, *message;
    } rows[] = {
        {"mannequin:squat",
         "mannequin:squat: there is no such scene; did you mean 'squats'?"},
        {"mannequin:", "there is no such scene; 'stance mannequin --list'"},
        {"mannequin:walk?peple=2", "people"},
        {"mannequin:walk?people=two", "people"},
        {"mannequin:walk?people=33", "people"},
        {"mannequin:walk?people", "expected NAME=VALUE after '?', found 'people'"},
        {"mannequin:walk?seconds=", "expected NAME=VALUE after '?', found 'seconds='"},
        {"mannequin:walk?size=640", "size: expected WIDTHxHEIGHT"},
        {"mannequin:walk?size=8x8", "found '8x8'"},
        {"mannequin:walk?size=99999x10", "found '99999x10'"},
        {"mannequin:walk?seconds=0", "seconds"},
        {"mannequin:walk?seconds=nan", "seconds"},
        {"mannequin:walk?fps=1e9", "fps"},
        {"mannequin:walk?camera=above", "camera"},
        {"mannequin:walk?speed=0", "speed"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_mannequin *m;
        stance_error err = {0};
        assert_int_equal(stance_mannequin_open(&m, rows[i].address, &err), STANCE_EINVAL);
        assert_null(m);
        if (!strstr(err.message, rows[i].message))
            fail_msg("%s: found '%s', expected '%s'", rows[i].address, err.message,
                     rows[i].message);
    }
}

static void an_address_says_what_is_drawn(void **state)
{
    (void)state;
    stance_mannequin *m = open_scene(
        "mannequin:crowd?people=3&seconds=2.5&fps=29.97&size=200x100&background=a%20b");
    const stance_mannequin_info *info = stance_mannequin_get_info(m);
    assert_int_equal(info->n_people, 3);
    assert_int_equal(info->width, 200);
    assert_int_equal(info->height, 100);
    assert_int_equal(info->fps_num, 2997);
    assert_int_equal(info->fps_den, 100);
    assert_int_equal(info->n_frames, 75);
    assert_string_equal(info->background, "a b");
    assert_int_equal(stance_mannequin_time(m, 0), 0);
    assert_int_equal(stance_mannequin_time(m, 2997), 100000000);
    stance_mannequin_close(&m);
    m = open_scene("mannequin:stand?seconds=0.01");
    assert_int_equal(stance_mannequin_get_info(m)->n_frames, 1);
    stance_mannequin_close(&m);
}

/* The numbers that must be the same everywhere, against those of libm. */
static void angles_are_right(void **state)
{
    (void)state;
    const double rad = 3.14159265358979323846 / 180;
    for (double deg = -1000; deg <= 1000; deg += 7.3) {
        assert_near(st_sin_deg(deg), sin(deg * rad), 1e-11);
        assert_near(st_cos_deg(deg), cos(deg * rad), 1e-11);
    }
    for (double x = -1; x <= 1; x += 0.01)
        assert_near(st_asin_deg(x), asin(x) / rad, 1e-9);
    assert_near(st_asin_deg(2), 90, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_the_same_everywhere),
        cmocka_unit_test(frames_do_not_depend_on_those_before),
        cmocka_unit_test(seeds_differ),
        cmocka_unit_test(bones_keep_their_lengths),
        cmocka_unit_test(places_and_metres_agree),
        cmocka_unit_test(left_is_left),
        cmocka_unit_test(hidden_points_are_told),
        cmocka_unit_test(a_wrong_address_is_told),
        cmocka_unit_test(an_address_says_what_is_drawn),
        cmocka_unit_test(angles_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
