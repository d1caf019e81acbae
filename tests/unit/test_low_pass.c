/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The low-pass and the slope against SciPy, and what they do at uneven times and gaps.
 *
 * The tables are made by scripts/python with SciPy, dt = 1/30:
 *     x = round(default_rng(4).normal(0, 10, 40), 3); b, a = butter(2, 6, fs=30)
 *     forward = lfilter(b, a, x, zi=lfilter_zi(b, a) * x[0])[0]
 *     both    = the same of forward[::-1] from rest at forward[-1], turned round
 *     slopes  = dot(savgol_coeffs(7, 2, deriv=1, delta=dt, pos=6, use='dot'), x[i-6:i+1])
 *               for i from 6 on
 */
#include "test.h"

#include <math.h>

#include "base/low_pass.h"

static const double x[] = {
    -6.518, -1.747, 16.637,  6.591,  -16.414, -0.052,  -6.235,  1.486,  -16.082, 2.418,
    2.354,  15.756, 3.166,   5.105,  -14.931, 22.527,  -19.156, 11.018, -3.299,  -8.806,
    -6.563, -6.720, 3.802,   -1.101, 14.826,  -18.296, -0.031,  -8.921, 7.759,   -21.181,
    -3.437, 2.102,  -14.843, 9.852,  1.787,   10.069,  9.592,   -9.799, -7.978,  -2.033};
static const double forward[] = {
    -6.5179999999999998,  -5.5324445880654478, 0.60047713147005588,
    9.1793470105775743,   6.0435359528728618,  -4.9947818977039979,
    -7.7292625779693083,  -4.1578468695420998, -4.0190641507376714,
    -6.5087095760822153,  -3.4549894380864714, 4.724576840387968,
    10.072179116210169,   8.414114227511714,   0.81573504123861751,
    -1.8068350903576871,  1.4380672726368209,  -0.099517195017151838,
    -0.40492419903760485, -1.0361687064941094, -5.9789636150376424,
    -7.9251959760363313,  -5.1044761928648477, -0.37919194450677618,
    4.252567887602563,    3.7640887189979768,  -3.9444374902380352,
    -7.8297252305974334,  -4.2101850474838267, -3.0352426833518584,
    -8.1551869516642483,  -7.7803819284736253, -4.1858590359750254,
    -3.686204669872474,   0.83079463944466525, 5.8822292681531412,
    8.5214944759945439,   6.015745907432831,   -3.1606520612539422,
    -8.0861501042963333};
static const double both[] = {
    -3.7859873810716618, 2.9796784466262167,   7.0421718443365577,   3.1868162927732682,
    -3.5732304624607094, -5.8522209096325231,  -5.1125338197682035,  -5.7246563132271433,
    -5.8603567420296745, -1.5564208070113257,  5.373677138139584,    8.9174706678873843,
    6.3346828539032654,  1.5255002750872915,   -0.23280768638166613, 0.46148750951354728,
    0.62522672369199284, -0.15381388635419088, -2.60327217821958,    -6.1795834062732995,
    -7.2878377231648273, -4.2632629698667976,  0.75922194830009482,  3.6742556041189647,
    1.3577800834341143,  -3.6583881885689431,  -5.5710148191862858,  -4.4415366111103145,
    -5.0536150877756629, -7.1992434064237703,  -7.2263655510936928,  -5.4876624966366387,
    -2.8864434499584557, 1.6495238252277256,   6.5367127168712047,   7.9812074196861742,
    3.9562325441946671,  -2.7621681035268142,  -7.0686797096634528,  -8.0861501042963333};
static const double slopes[] = {
    -225.4371428571433,  50.12142857142851,   46.791428571428256,  129.69535714285732,
    35.154642857142697,  351.22071428571485,  115.19250000000025,  0.77678571428609655,
    -492.49178571428627, 122.20928571428611,  -222.166071428572,   192.81428571428617,
    11.980714285714019,  -123.22500000000001, -203.63464285714338, 95.154642857142818,
    6.6578571428569768,  240.81535714285729,  284.72785714285766,  -251.33892857142891,
    -172.96285714285719, -203.67857142857196, 165.62357142857164,  -133.14535714285773,
    92.272500000000065,  -1.3692857142860075, -41.582142857143076, 198.94071428571445,
    236.85857142857165,  51.265714285714608,  142.20107142857177,  -211.50857142857146,
    -415.64785714285762, -80.59178571428599};

static void forward_is_lfilter_from_rest(void **state)
{
    (void)state;
    double gain = st_low_pass_gain(6, 1.0 / 30);
    st_low_pass f = st_low_pass_at_rest(x[0]);
    for (size_t i = 0; i < COUNT(x); i++)
        assert_near(st_low_pass_step(&f, x[i], gain), forward[i], 1e-9);
}

static void and_back_is_filtfilt(void **state)
{
    (void)state;
    double gain = st_low_pass_gain(6, 1.0 / 30), y[COUNT(x)];
    st_low_pass f = st_low_pass_at_rest(x[0]);
    for (size_t i = 0; i < COUNT(x); i++)
        y[i] = st_low_pass_step(&f, x[i], gain);
    f = st_low_pass_at_rest(y[COUNT(x) - 1]);
    for (size_t i = COUNT(x); i-- > 0;)
        assert_near(st_low_pass_step(&f, y[i], gain), both[i], 1e-9);
}

static void unknown_until_now_is_at_rest(void **state)
{
    (void)state;
    st_low_pass f = st_low_pass_at_rest(NAN);
    assert_near(st_low_pass_step(&f, 7, st_low_pass_gain(6, 0.05)), 7, 1e-9);
    assert_near(st_low_pass_step(&f, 7, st_low_pass_gain(6, 0.01)), 7, 1e-9);
}

static void slope_is_savgol(void **state)
{
    (void)state;
    st_slope s = {.n = 0};
    for (size_t i = 0; i < COUNT(x); i++) {
        double slope = st_slope_add(&s, (double)i / 30, x[i], 0.25);
        if (i < 2)
            assert_true(isnan(slope));
        if (i >= 6)
            assert_near(slope, slopes[i - 6], 1e-9);
    }
}

static void parabola_at_uneven_times(void **state)
{
    (void)state;
    static const double t[] = {0, 0.01, 0.05, 0.06, 0.11, 0.12, 0.2, 0.21, 0.4};
    st_slope s = {.n = 0};
    for (size_t i = 0; i < COUNT(t); i++) {
        double slope = st_slope_add(&s, t[i], 3 - 2 * t[i] + 5 * t[i] * t[i], 0.25);
        if (i >= 2)
            assert_near(slope, -2 + 10 * t[i], 1e-9);
    }
}

static void gaps_begin_anew(void **state)
{
    (void)state;
    st_slope s = {.n = 0};
    for (int i = 0; i < 3; i++)
        st_slope_add(&s, i, 9, 10);
    assert_true(isnan(st_slope_add(&s, 3, NAN, 10)));
    assert_true(isnan(st_slope_add(&s, 4, 1, 10)));
    assert_true(isnan(st_slope_add(&s, 5, 3, 10)));
    assert_near(st_slope_add(&s, 6, 5, 10), 2, 1e-9);
    assert_true(isnan(st_slope_add(&s, 6, 5, 10))); /* time does not go on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_is_lfilter_from_rest),
        cmocka_unit_test(and_back_is_filtfilt),
        cmocka_unit_test(unknown_until_now_is_at_rest),
        cmocka_unit_test(slope_is_savgol),
        cmocka_unit_test(parabola_at_uneven_times),
        cmocka_unit_test(gaps_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
