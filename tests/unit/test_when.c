/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as people write them. The calendar is held against the C library's.
 */
#include "test.h"

#include <string.h>
#include <time.h>

#include "stance/event_db.h"

#define SECOND 1000000LL
#define NOW (1795204800LL * SECOND) /* 2026-11-20T20:00:00Z */

static void reads(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_clock;
        int64_t us;
    } cases[] = {
        {"1970-01-01T00:00:00Z", true, 0},
        {"1969-12-31", true, -86400 * SECOND},
        {"2000-02-29T12:00Z", true, 951825600 * SECOND},
        {"2026-11-20T20:00:00Z", true, NOW},
        {"2026-11-20t20:00:00z", true, NOW},
        {"2026-11-20 20:00", true, NOW},
        {"2026-11-20T21:30:00+01:30", true, NOW},
        {"2026-11-20T12:00:00-0800", true, NOW},
        {"2026-11-20T20:00:00.25Z", true, NOW + 250000},
        {"2026-11-20T20:00:00.1234567Z", true, NOW + 123456},
        {"2016-12-31T23:59:60Z", true, 1483228800 * SECOND},
        {"now", true, NOW},
        {"-2h", true, NOW - 7200 * SECOND},
        {"-1.5h", true, NOW - 5400 * SECOND},
        {"-90s", true, NOW - 90 * SECOND},
        {"-1 w", true, NOW - 7 * 86400 * SECOND},
        {"10m ago", true, NOW - 600 * SECOND},
        {"1 day ago", true, NOW - 86400 * SECOND},
        {"3 hours ago", true, NOW - 3 * 3600 * SECOND},
        {"90", false, 90 * SECOND},
        {"0", false, 0},
        {"12.5", false, 12500000},
        {"1:30", false, 90 * SECOND},
        {"01:02:03.5", false, 3723500000},
        {"100:00:00", false, 360000 * SECOND},
    };
    static const char *const wrong[] = {
        "",
        "yesterday",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "2100-02-29",
        "2026-04-31",
        "2026-11-20T24:00:00Z",
        "2026-11-20T20:60Z",
        "2026-11-20T20:00:00.Z",
        "2026-11-20T20:00:00+25:00",
        "2026-11-20T20:00:00X",
        "2026-11-20T20:00:00Z ",
        "2h",
        "10m  ago",
        "-2",
        "-2h ago",
        "-2fortnights",
        "-99999999999999h",
        "-999999999999w",
        "1:2:3:4",
        "1:60",
        "1.5:30",
        "12.",
        "-1:30",
        "99999999999999999999",
        "999999999999:00:00",
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stance_error err = {0};
        int64_t us = -1;
        bool is_clock = !cases[i].is_clock;
        int rc = stance_clock_parse(cases[i].text, NOW, &us, &is_clock, &err);
        if (rc != 0 || us != cases[i].us || is_clock != cases[i].is_clock)
            fail_msg("'%s' is %lld (%d, %s), expected %lld", cases[i].text, (long long)us,
                     is_clock, err.message, (long long)cases[i].us);
    }
    for (size_t i = 0; i < COUNT(wrong); i++) {
        stance_error err = {0};
        int64_t us;
        bool is_clock;
        if (stance_clock_parse(wrong[i], NOW, &us, &is_clock, &err) != STANCE_EINVAL ||
            !strstr(err.message, "expected a time"))
            fail_msg("'%s' was taken: %lld", wrong[i], (long long)us);
    }
}

static void writes(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {NOW + 250000, "2026-11-20T20:00:00.25Z"},
        {NOW + 10, "2026-11-20T20:00:00.00001Z"},
        {253402300799999999, "9999-12-31T23:59:59.999999Z"},
        {253402300800000000, ""},
        {-62167219200000000, "0000-01-01T00:00:00Z"},
        {-62167219200000001, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[STANCE_CLOCK_SIZE];
        stance_clock_text(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* Every few days of two thousand years, as the C library sees them, and back. */
static void calendar(void **state)
{
    (void)state;
    for (int64_t s = -12000000000; s < 60000000000; s += 86400 * 3 + 12347) {
        char text[STANCE_CLOCK_SIZE], expected[STANCE_CLOCK_SIZE];
        time_t t = (time_t)s;
        struct tm parts;
        int64_t us;
        bool is_clock;
        stance_clock_text(s * SECOND, text);
        strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &parts));
        assert_string_equal(text, expected);
        assert_int_equal(stance_clock_parse(text, 0, &us, &is_clock, NULL), 0);
        assert_int_equal(us, s * SECOND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(writes),
        cmocka_unit_test(calendar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
