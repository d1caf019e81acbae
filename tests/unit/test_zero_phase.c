/* SPDX-License-Identifier: Apache-2.0 */
/* Forward and backward: the same as the textbook's filter over the whole recording. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "people_kit.h"
#include "track/smooth.h"

enum { FRAMES = 300, WINDOW = 64 };

/* Butterworth of second order by its difference equation, as filtfilt without padding:
 * from the state of rest at the first value, and back from the last one. */
static void textbook(const double *x, double *y, int n, double cutoff_over_rate)
{
    double g = tan(3.14159265358979323846 * cutoff_over_rate), k = sqrt(2);
    double a0 = 1 + k * g + g * g, b0 = g * g / a0;
    double a1 = 2 * (g * g - 1) / a0, a2 = (1 - k * g + g * g) / a0;
    for (int pass = 0; pass < 2; pass++) {
        const double *in = pass ? y : x;
        double x1 = in[pass ? n - 1 : 0], x2 = x1, y1 = x1, y2 = x1;
        for (int i = 0; i < n; i++) {
            int at = pass ? n - 1 - i : i;
            double now = in[at], out = b0 * (now + 2 * x1 + x2) - a1 * y1 - a2 * y2;
            x2 = x1;
            x1 = now;
            y2 = y1;
            y1 = out;
            y[at] = out;
        }
    }
}

/* Run a recording through the window, as people.c does. */
static void run(const double *x, double *y, int n, double cutoff_hz, int64_t frame_us,
                int cut_at, int gone_from, int gone_to)
{
    st_zero_phase filter;
    st_window window = {0};
    static stance_poses poses[FRAMES];
    int64_t ahead_us = st_zero_phase_ahead_us(cutoff_hz);
    int out = 0;
    st_zero_phase_open(&filter, cutoff_hz, true, stance_skeleton_find("coco17"));
    assert_int_equal(st_window_open(&window, WINDOW), 0);
    for (int i = 0; i < n || out < n; i += i < n) {
        if (i < n) {
            memset(&poses[i], 0, sizeof(poses[i]));
            if (i < gone_from || i >= gone_to)
                kit_person(&poses[i], 3, 0, 0, 10, 20)->keypoints[4].x = (float)x[i];
            st_window_frame *f =
                st_window_push(&window, &poses[i], i * frame_us, i, i == cut_at);
            assert_int_equal(st_zero_phase_forward(&filter, f), 0);
        }
        int64_t newest = st_window_at(&window, window.n - 1)->pts_us;
        if (i + 1 < n && (newest - st_window_at(&window, 0)->pts_us < ahead_us ||
                          window.n <= ST_ZERO_PHASE_AHEAD))
            continue;
        st_zero_phase_backward(&filter, &window, window.n);
        if (poses[out].n > 0) {
            y[out] = poses[out].people[0].keypoints[4].x;
            assert_near(poses[out].people[0].keypoints[4].raw[0], x[out], 1e-3);
        }
        st_window_pop(&window);
        stance_poses_clear(&poses[out++]);
    }
    st_window_close(&window);
    st_zero_phase_close(&filter);
}

static void make(double *x, int n)
{
    uint32_t seed = 11;
    for (int i = 0; i < n; i++)
        x[i] = 300 + 80 * sin(i * 0.11) + 30 * sin(i * 0.9) + 4 * kit_noise(&seed) +
               (i > 150 ? 60 : 0);
}

static void as_the_textbook_over_all_of_it(void **state)
{
    (void)state;
    double x[FRAMES], expected[FRAMES], found[FRAMES];
    const double cutoffs[] = {3, 6, 10};
    make(x, FRAMES);
    for (size_t c = 0; c < COUNT(cutoffs); c++) {
        textbook(x, expected, FRAMES, cutoffs[c] / 30);
        run(x, found, FRAMES, cutoffs[c], 1000000 / 30, -1, 0, 0);
        for (int i = 0; i < FRAMES; i++)
            assert_near(found[i], expected[i], 0.01);
    }
}

static void cuts_and_absences_divide(void **state)
{
    (void)state;
    double x[FRAMES], expected[FRAMES], found[FRAMES];
    make(x, FRAMES);
    run(x, found, FRAMES, 6, 1000000 / 30, 100, 180, 200); /* gone for 0.67 s */
    const int pieces[4] = {0, 100, 200, FRAMES}, ends[3] = {100, 180, FRAMES};
    for (int p = 0; p < 3; p++) {
        int from = pieces[p], n = ends[p] - from;
        textbook(x + from, expected, n, 6.0 / 30);
        for (int i = 0; i < n; i++)
            assert_near(found[from + i], expected[i], 0.01);
    }
}

static void a_slow_camera_loses_nothing(void **state)
{
    (void)state;
    double x[60], found[60];
    make(x, 60);
    run(x, found, 60, 6, 400000, -1, 0, 0); /* 2.5 frames a second, cutoff 6 Hz */
    for (int i = 1; i < 59; i++)
        assert_near(found[i], x[i], 12); /* nearly as it was */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_textbook_over_all_of_it),
        cmocka_unit_test(cuts_and_absences_divide),
        cmocka_unit_test(a_slow_camera_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
