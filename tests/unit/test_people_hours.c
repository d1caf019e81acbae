/* SPDX-License-Identifier: Apache-2.0 */
/* Hours of a stream with people who come and go: memory stays as it is, tables are
 * bounded, and nothing is allocated. STANCE_TEST_HOURS=10 for longer than the usual one.
 */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "people.h"
#include "people_kit.h"

enum { PLACES = 8, WAITING = 64 };

/* Somebody who walks from one side to the other, is hidden now and then, and is followed
 * by the next one. */
static void fill(stance_poses *poses, int64_t n, uint32_t *seed)
{
    poses->n = 0;
    for (int64_t place = 0; place < PLACES; place++) {
        int64_t period = 400 + 90 * place, at = (n + 57 * place) % period;
        bool there = at<period - 120, hidden = at % 100> 92;
        if (!there || hidden)
            continue;
        double x = 640.0 * (double)at / (double)(period - 120) + kit_noise(seed);
        kit_person(poses, 0, x - 20, 40.0 * (double)place, 40, 100)->score =
            0.3f + 0.4f * (float)(*seed >> 8) / (1 << 24);
    }
}

static void hours_change_nothing(void **state)
{
    (void)state;
    const char *text = getenv("STANCE_TEST_HOURS");
    double hours = text ? atof(text) : 1;
    int64_t n_frames = (int64_t)(hours * 3600 * 30), settled = 10 * 60 * 30;
    stance_settings settings;
    stance_error err;
    st_people *people;
    stance_stream stream = {.width = 640,
                            .height = 480,
                            .fps_num = 30,
                            .fps_den = 1,
                            .clock_us = 0,
                            .live = true,
                            .skeleton = stance_skeleton_find("coco17")};
    static const char *const options[][2] = {
        {"smooth", "low"},
        {"fill-gaps", "0.4"},
        {"outside", "keep"},
        {"line", "320,0 320,480"},
        {"dwell", "5"},
        {"analyse", "all"},
        {"zone", "100,0 500,0 500,480 100,480"},
    };
    assert_int_equal(stance_settings_defaults(&settings), 0);
    for (size_t i = 0; i < COUNT(options); i++)
        assert_int_equal(stance_options_set(stance_settings_groups(), &settings,
                                            options[i][0], options[i][1], &err),
                         0);
    const st_people_request request = {.settings = &settings, .stream = &stream};
    assert_int_equal(st_people_open(&people, &request, &err), 0);
    assert_true(st_people_most(people) < WAITING);
    static stance_poses poses[WAITING];
    int64_t events_told = 0, last_id = 0, out = 0;
    long allocated = 0;
    uint32_t seed = 1;
    for (int64_t n = 0; n < n_frames; n++) {
        stance_poses *in = &poses[n % WAITING];
        fill(in, n, &seed);
        assert_int_equal(st_people_push(people, in, n * FRAME_US, n, false, &err), 0);
        while (st_people_ready(people)) {
            st_people_frame what;
            assert_int_equal(st_people_pop(people, &what, &err), 0);
            const stance_poses *done = &poses[out++ % WAITING];
            for (size_t i = 0; i < done->n; i++)
                if (done->people[i].id > last_id)
                    last_id = done->people[i].id;
            events_told += (int64_t)what.n_events;
        }
        if (n == settled)
            allocated = st_memory_count();
    }
    assert_int_equal(st_memory_count(), allocated);
    double visits = 0; /* that there were */
    for (int place = 0; place < PLACES; place++)
        visits += (double)n_frames / (400 + 90 * place);
    print_message("%g hours: %lld visits, %lld ids, %lld events\n", hours,
                  (long long)visits, (long long)last_id, (long long)events_told);
    assert_true((double)last_id > 0.9 * visits && (double)last_id < 1.3 * visits);
    assert_true((double)events_told > 5 * visits); /* enter, exit, zone, line, dwell */
    st_people_close(&people);
    for (int i = 0; i < WAITING; i++)
        stance_poses_clear(&poses[i]);
    stance_settings_clear(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hours_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
