/* SPDX-License-Identifier: Apache-2.0 */
/* The filter on boxes: beside the same filter as matrices, in places that can be said
 * without it, and with times of every kind. */
#include "test.h"

#include <math.h>

#include "track/kalman.h"

/* The filter of one axis as the books write it, with matrices, for places: no rest. */
typedef struct plain {
    double x[2], p[2][2];
} plain;

static void multiply(const double a[2][2], const double b[2][2], double out[2][2])
{
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
}

static void plain_predict(plain *f, double dt, double q)
{
    const double move[2][2] = {{1, dt}, {0, 1}}, back[2][2] = {{1, 0}, {dt, 1}};
    const double noise[2][2] = {{q * dt * dt * dt / 3, q * dt * dt / 2},
                                {q * dt * dt / 2, q * dt}};
    double half[2][2];
    f->x[0] += dt * f->x[1];
    multiply(move, f->p, half);
    multiply(half, back, f->p);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            f->p[i][j] += noise[i][j];
}

static void plain_update(plain *f, double z, double r)
{
    double s = f->p[0][0] + r, gain[2] = {f->p[0][0] / s, f->p[1][0] / s};
    double off = z - f->x[0];
    f->x[0] += gain[0] * off;
    f->x[1] += gain[1] * off;
    for (int j = 0; j < 2; j++) {
        f->p[1][j] -= gain[1] * f->p[0][j];
        f->p[0][j] -= gain[0] * f->p[0][j];
    }
}

static void equals_the_filter_with_matrices(void **state)
{
    (void)state;
    const double dt[] = {0.04, 0.04, 0.2, 0, 0.001, 1.5, 0.033};
    st_kalman k;
    st_kalman_begin(&k, (float[]){100, 100, 50, 150});
    double r = k.axis[0].var_at;
    plain f = {{125, 0}, {{k.axis[0].var_at, 0}, {0, k.axis[0].var_speed}}};
    for (size_t i = 0; i < COUNT(dt); i++) {
        /* The same size each time: the noise stays as it was at first. */
        float box[] = {100 + 20 * (float)i * (float)i, 100, 50, 150};
        st_kalman at_rest = k;
        st_kalman_predict(&at_rest, 1);
        double q = (at_rest.axis[0].var_speed - k.axis[0].var_speed) / 1;
        plain_predict(&f, dt[i], q);
        st_kalman_predict(&k, dt[i]);
        plain_update(&f, (double)box[0] + 25, r);
        st_kalman_update(&k, box);
        assert_near(k.axis[0].at, f.x[0], 1e-6);
        assert_near(k.axis[0].speed, f.x[1], 1e-6);
        assert_near(k.axis[0].var_at, f.p[0][0], 1e-6);
        assert_near(k.axis[0].covar, f.p[0][1], 1e-6);
        assert_near(k.axis[0].var_speed, f.p[1][1], 1e-6);
    }
}

static void finds_the_speed_at_any_rate(void **state)
{
    (void)state;
    const double rates[] = {5, 10, 25, 60};
    for (size_t i = 0; i < COUNT(rates); i++) {
        st_kalman k;
        double t = 0, dt = 1 / rates[i], doubt;
        st_kalman_begin(&k, (float[]){0, 0, 40, 120});
        while (t < 2) {
            t += dt;
            st_kalman_predict(&k, dt);
            st_kalman_update(&k, (float[]){(float)(60 * t), (float)(-30 * t), 40, 120});
        }
        assert_near(k.axis[ST_AXIS_X].speed, 60, 3);
        assert_near(k.axis[ST_AXIS_Y].speed, -30, 3);
        doubt = st_kalman_doubt(&k);
        assert_true(st_kalman_vagueness(&k) >= 1);
        st_kalman_predict(&k, 0.5);
        assert_near(k.axis[ST_AXIS_X].at, 20 + 60 * (t + 0.5), 3);
        assert_true(st_kalman_doubt(&k) > doubt);
    }
}

/* The same time in one step or in many leads to the same place and the same doubt. */
static void time_in_pieces_is_the_same_time(void **state)
{
    (void)state;
    st_kalman once, often;
    st_kalman_begin(&once, (float[]){0, 0, 50, 100});
    for (int i = 1; i < 5; i++) {
        st_kalman_predict(&once, 0.1);
        st_kalman_update(&once, (float[]){(float)i * 5, 0, 50, 100});
    }
    often = once;
    st_kalman_predict(&once, 1);
    for (int i = 0; i < 100; i++)
        st_kalman_predict(&often, 0.01);
    assert_near(often.axis[0].at, once.axis[0].at, 0.01);
    assert_near(st_kalman_doubt(&often), st_kalman_doubt(&once), 0.01 * once.size);
}

static void distances_grow_and_time_shrinks_them(void **state)
{
    (void)state;
    st_kalman k;
    double place, shape, later, none;
    st_kalman_begin(&k, (float[]){0, 0, 50, 100});
    st_kalman_distance(&k, (float[]){0, 0, 50, 100}, &place, &shape);
    assert_near(place, 0, 1e-9);
    assert_near(shape, 0, 1e-9);
    st_kalman_distance(&k, (float[]){30, 0, 50, 100}, &place, &shape);
    assert_true(place > 4);
    assert_near(shape, 0, 1e-9);
    st_kalman_predict(&k, 0.5);
    st_kalman_distance(&k, (float[]){30, 0, 50, 100}, &later, &none);
    assert_true(later < place / 2);
    st_kalman_distance(&k, (float[]){0, 0, 100, 200}, &place, &shape);
    assert_true(shape > 4);
}

static void sizes_stay_above_nothing(void **state)
{
    (void)state;
    st_kalman k;
    float box[4];
    st_kalman_begin(&k, (float[]){0, 0, 100, 300});
    for (int i = 1; i < 8; i++) {
        float part = 1 - (float)i * 0.12F;
        st_kalman_predict(&k, 0.04);
        st_kalman_update(&k, (float[]){0, 0, 100 * part, 300 * part});
    }
    st_kalman_predict(&k, 1e6);
    st_kalman_box(&k, box);
    for (int i = 0; i < 4; i++)
        assert_true(isfinite(box[i]));
    assert_true(box[2] >= 1 && box[3] >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_filter_with_matrices),
        cmocka_unit_test(finds_the_speed_at_any_rate),
        cmocka_unit_test(time_in_pieces_is_the_same_time),
        cmocka_unit_test(distances_grow_and_time_shrinks_them),
        cmocka_unit_test(sizes_stay_above_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
