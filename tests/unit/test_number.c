/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text and back, whatever the locale. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

static void written(void **state)
{
    static const struct {
        double value;
        int decimals;
        const char *text;
    } rows[] = {
        {0, 3, "0"},
        {-0.0, 2, "0"},
        {1.5, 0, "2"},
        {2.5, 0, "2"},
        {-0.004, 2, "0"},
        {-0.006, 2, "-0.01"},
        {12.3456, 2, "12.35"},
        {100, 9, "100"},
        {0.1, 9, "0.1"},
        {1e15, 3, "1000000000000000"},
        {0.06, 1, "0.1"},
        {NAN, 2, ""},
        {INFINITY, 2, ""},
        {1e19, 0, ""},
        {-1234567.891, 3, "-1234567.891"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[ST_NUMBER_SIZE];
        size_t n = st_number_text(text, rows[i].value, rows[i].decimals);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(n, strlen(rows[i].text));
    }
    char text[ST_NUMBER_SIZE];
    st_number_text_int(text, INT64_MIN);
    assert_string_equal(text, "-9223372036854775808");
}

static void read_back(void **state)
{
    static const struct {
        const char *text;
        double value; /* NAN: refused */
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"12.5", 12.5},
        {"-.5", -0.5},
        {"5.", 5},
        {"1e3", 1000},
        {"+7", 7},
        {"-1.25E-2", -0.0125},
        {"", NAN},
        {"-", NAN},
        {".", NAN},
        {"1,5", NAN},
        {"1.2.3", NAN},
        {" 1", NAN},
        {"1 ", NAN},
        {"0x10", NAN},
        {"nan", NAN},
        {"inf", NAN},
        {"1e999", NAN},
        {"--1", NAN},
        {"12345678901234567890", 12345678901234567890.0},
        {"0.1234567890123456789", 0.1234567890123456789},
        {"1111111111111111111111111111111111111111111111111111111111111111", NAN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        double value = NAN;
        bool good = st_number_read(rows[i].text, &value);
        if (good != !isnan(rows[i].value) || (good && value != rows[i].value))
            fail_msg("'%s': found %g, expected %g", rows[i].text,
                     good ? value : (double)NAN, rows[i].value);
    }
    int64_t whole = 0;
    assert_true(st_number_read_int("12.0", &whole) && whole == 12);
    assert_true(st_number_read_int("-3", &whole) && whole == -3);
    assert_false(st_number_read_int("1.5", &whole));
    assert_false(st_number_read_int("1e17", &whole));
}

/* What is written with so many decimals is the same number when it is read. */
static void there_and_back(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int i = 0; i < 100000; i++) {
        char text[ST_NUMBER_SIZE], again[ST_NUMBER_SIZE];
        seed = seed * 1664525U + 1013904223U;
        double value = ((double)seed - 2e9) / 977, back;
        st_number_text(text, value, i % 10);
        assert_true(st_number_read(text, &back));
        assert_near(back, value, 0.51 * pow(10, -(i % 10)) + 1e-9);
        assert_true(back == strtod(text, NULL));
        st_number_text(again, back, i % 10);
        assert_string_equal(again, text);
    }
}

static void no_decimal_commas(void **state)
{
    if (!test_use_comma_locale())
        skip();
    double value = 0;
    char text[ST_NUMBER_SIZE];
    st_number_text(text, 1.5, 2);
    assert_string_equal(text, "1.5");
    assert_true(st_number_read("1.5e0", &value) && value == 1.5);
    read_back(state);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),
        cmocka_unit_test(read_back),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(no_decimal_commas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
