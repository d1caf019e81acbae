/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts: round ticks, curves that end where a value is not known, peaks that stay when
 * many values share a place, bands, and names that cannot break out of the document.
 */
#include "test.h"

#include <math.h>
#include <string.h>

#include "sink/chart.h"
#include "sink/chart_axis.h"
#include "sink/markup.h"

static void steps_are_round(void **state)
{
    (void)state;
    static const struct {
        double range;
        int most;
        const char *unit;
        double step;
    } rows[] = {
        {10, 5, "", 2},        {11, 5, "", 5},       {0.7, 5, "m", 0.2},
        {100, 5, "deg", 30},   {180, 5, "deg", 45},  {360, 5, "deg", 90},
        {60, 5, "deg", 15},    {9, 5, "deg", 2},     {1400, 5, "deg/s", 500},
        {0, 5, "", 1},         {NAN, 5, "deg", 1},   {1e-5, 5, "m", 2e-6},
        {1000, 5, "deg", 200}, {0.3, 5, "deg", 0.1},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_near(st_chart_step(rows[i].range, rows[i].most, rows[i].unit),
                    rows[i].step, 1e-9);
}

static void times_are_round(void **state)
{
    (void)state;
    static const struct {
        int64_t range_ms;
        int64_t step_ms;
    } rows[] = {{8000, 1000},      {8001, 2000},
                {60000, 10000},    {700, 100},
                {3600000, 600000}, {90000000, 14400000},
                {1, 100},          {INT64_C(86400000) * 80, INT64_C(86400000) * 11}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(st_chart_time_step(rows[i].range_ms * 1000, 8),
                         rows[i].step_ms * 1000);
    static const struct {
        int64_t ms, step_ms;
        const char *text;
    } texts[] = {{0, 1000, "0:00"},       {7500, 500, "0:07.5"},
                 {65000, 5000, "1:05"},   {3723000, 1000, "1:02:03"},
                 {-1500, 500, "-0:01.5"}, {90061000, 60000, "25:01:01"},
                 {59999, 1000, "0:59"}};
    for (size_t i = 0; i < COUNT(texts); i++) {
        char text[ST_CHART_TIME_SIZE];
        st_chart_time(text, texts[i].ms * 1000, texts[i].step_ms * 1000);
        assert_string_equal(text, texts[i].text);
    }
}

enum { MOST = 6000 };

static st_slot slots[MOST];
static int64_t times[MOST];

/* One curve of n values, 10 ms apart. */
static st_chart curve(size_t n, float (*value)(size_t i))
{
    for (size_t i = 0; i < n; i++) {
        float v = value(i);
        slots[i] = (st_slot){v, v, v};
        times[i] = isnan(v) ? INT64_MIN : (int64_t)i * 10000;
    }
    return (st_chart){.title = "left_knee",
                      .unit = "deg",
                      .times = times,
                      .n = n,
                      .stride = 1,
                      .end_us = (int64_t)(n - 1) * 10000,
                      .lines = {{"left_knee", 0, slots}},
                      .n_lines = 1};
}

/* The path of the last line; free with st_text_clear(). */
static const char *path_of(st_text *svg, const st_chart *chart)
{
    st_chart_draw(svg, chart);
    assert_false(svg->failed);
    char *path = strstr(svg->text, "stroke-linecap=\"round\" d=\"");
    assert_non_null(path);
    path = strchr(strstr(path, "d=\""), '"') + 1;
    *strchr(path, '"') = '\0';
    return path;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static float with_gaps(size_t i)
{
    return (i >= 20 && i < 60) || i == 62 ? NAN : (float)(i % 7);
}

/* Never a line across a gap; a value between two gaps is a dot. */
static void gaps(void **state)
{
    (void)state;
    st_text svg = {0};
    st_chart chart = curve(100, with_gaps);
    slots[62] = slots[63] = (st_slot){NAN, NAN, NAN};
    slots[65] = (st_slot){NAN, NAN, NAN};
    const char *path = path_of(&svg, &chart); /* 0-19, 60-61, 64, 66-99 */
    assert_int_equal(count(path, "M"), 4);
    assert_int_equal(count(path, "h0"), 1);
    st_text_clear(&svg);
    chart.kind = ST_CHART_STEPS;
    path = path_of(&svg, &chart);
    assert_int_equal(count(path, "M"), 4);
    assert_int_equal(count(path, "h0"), 1);
    st_text_clear(&svg);
}

static float with_peak(size_t i)
{
    return i == 3501 ? 170 : 10 + (float)(i % 3);
}

/* Many values in one place: the peak is drawn, and the path is short. */
static void peaks(void **state)
{
    (void)state;
    st_text svg = {0};
    st_chart chart = curve(MOST, with_peak);
    const char *path = path_of(&svg, &chart);
    double highest = 1e9, x, y, at = 0;
    size_t n = 0;
    for (const char *c = path; *c;) {
        int used;
        assert_int_equal(sscanf(c + 1, "%lf %lf%n", &x, &y, &used), 2);
        c += 1 + used;
        n++;
        if (y < highest) {
            highest = y;
            at = x;
        }
    }
    assert_true(n > 300 && n < 1200);
    assert_near(at, 50 + 3501.0 / (MOST - 1) * (ST_CHART_WIDTH - 64), 2);
    /* 170 of an axis from 0 to 180, 150 high. */
    assert_near(highest, st_chart_height(&chart) - 26 - 170.0 / 180 * 150, 0.2);
    st_text_clear(&svg);
}

static float turning(size_t i)
{
    return i % 50 < 25 ? 179 : -179;
}

/* An angle that goes once around does not cross the whole chart. */
static void turns(void **state)
{
    (void)state;
    st_text svg = {0};
    st_chart chart = curve(100, turning);
    assert_int_equal(count(path_of(&svg, &chart), "M"), 4);
    st_text_clear(&svg);
    chart.unit = "deg/s";
    assert_int_equal(count(path_of(&svg, &chart), "M"), 1);
    st_text_clear(&svg);
}

static float nothing(size_t i)
{
    (void)i;
    return NAN;
}

static float always_five(size_t i)
{
    (void)i;
    return 5;
}

static void odd_ones(void **state)
{
    (void)state;
    st_text svg = {0};
    st_chart chart = curve(10, nothing);
    assert_string_equal(path_of(&svg, &chart), "");
    st_text_clear(&svg);
    chart = curve(1, always_five); /* no time goes by */
    chart.end_us = chart.start_us;
    assert_int_equal(count(path_of(&svg, &chart), "M"), 1);
    assert_null(strstr(svg.text, "nan"));
    assert_null(strstr(svg.text, "inf"));
    st_text_clear(&svg);
}

static float two_words(size_t i)
{
    return i < 30 ? 0 : i < 40 ? NAN : i < 70 ? 1 : 0;
}

static void bands(void **state)
{
    (void)state;
    static const char *const words[] = {"up", "<down>", "never", NULL};
    st_text svg = {0};
    st_chart chart = curve(100, two_words);
    chart.kind = ST_CHART_BANDS;
    chart.words = words;
    chart.unit = "";
    st_chart_draw(&svg, &chart);
    /* A frame, in the legend the two words that are said, three bands. */
    assert_int_equal(count(svg.text, "<rect"), 1 + 2 + 3);
    assert_int_equal(count(svg.text, "height=\"30\" fill=\"#0072b2\""), 2);
    assert_int_equal(count(svg.text, "height=\"30\" fill=\"#d55e00\""), 1);
    assert_null(strstr(svg.text, "<down>"));
    st_text_clear(&svg);
}

/* Whatever somebody typed. */
static void names_are_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {"\"><script>alert(1)</script>",
         "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"]]>\x01\n\x1b", "]]&gt;\xef\xbf\xbd \xef\xbf\xbd"},
        {"\xff\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xef\xbf\xbf.", "\xef\xbf\xbd."},
        {"h\xc3\xa4nger", "h\xc3\xa4nger"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_text text = {0};
        st_markup_text(&text, rows[i].bytes);
        assert_string_equal(text.text, rows[i].text);
        st_text_clear(&text);
    }
    st_text svg = {0};
    st_chart chart = curve(10, always_five);
    chart.title = "</text><script>";
    chart.lines[0].name = chart.lines[1].name = "\"><img src=x>";
    chart.lines[1].slots = slots;
    chart.n_lines = 2;
    st_chart_draw(&svg, &chart);
    assert_null(strstr(svg.text, "<script"));
    assert_null(strstr(svg.text, "<img"));
    assert_non_null(strstr(svg.text, "&lt;script&gt;"));
    st_text_clear(&svg);
}

static void names_are_plain(void **state)
{
    (void)state;
    st_text text = {0};
    st_markup_name(&text, "left_knee_speed");
    assert_string_equal(text.text, "Left knee speed");
    st_text_clear(&text);
    st_markup_number(&text, 12.34, 1);
    st_markup_number(&text, NAN, 1);
    assert_string_equal(text.text, "12.3\xe2\x80\x93");
    st_text_clear(&text);
}

/* The same whatever the locale. */
static void numbers_have_points(void **state)
{
    (void)state;
    if (!test_use_comma_locale())
        skip();
    st_text svg = {0};
    st_chart chart = curve(100, with_peak);
    st_chart_draw(&svg, &chart);
    setlocale(LC_ALL, "C");
    assert_null(strchr(svg.text, ','));
    st_text_clear(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_round),
        cmocka_unit_test(times_are_round),
        cmocka_unit_test(gaps),
        cmocka_unit_test(peaks),
        cmocka_unit_test(odd_ones),
        cmocka_unit_test(turns),
        cmocka_unit_test(bands),
        cmocka_unit_test(names_are_text),
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(numbers_have_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
