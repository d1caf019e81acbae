/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON as a stream: numbers, escapes, levels, and that nothing is kept. */
#include "dir_kit.h"

#include <math.h>

#include "base/memory.h"
#include "json/json.h"

static char *written;
static size_t written_size;

static st_json_writer start(bool indent)
{
    FILE *file = open_memstream(&written, &written_size);
    assert_non_null(file);
    return (st_json_writer){.file = file, .indent = indent};
}

static void expect_written(st_json_writer *w, const char *expected)
{
    assert_int_equal(fclose(w->file), 0);
    kit_expect_text("written", written, expected);
    free(written);
}

static void numbers_are_short_and_exact(void **state)
{
    static const struct {
        double value;
        int decimals;
        const char *text;
    } rows[] = {
        {0, 3, "0"},
        {-0.0, 3, "0"},
        {1, 0, "1"},
        {1.5, 1, "1.5"},
        {1.25, 3, "1.25"},
        {-1.0625, 4, "-1.0625"},
        {0.05, 1, "0"}, /* 0.5 to the even side, as IEEE 754 rounds */
        {0.15, 1, "0.2"},
        {-0.0004, 3, "0"},
        {-0.0006, 3, "-0.001"},
        {0.9996, 3, "1"},
        {99.9999, 3, "100"},
        {100, 3, "100"},
        {1e-9, 9, "0.000000001"},
        {123456.789, 3, "123456.789"},
        {1e15, 3, "1000000000000000"},
        {1e300, 3, "null"},
        {NAN, 3, "null"},
        {INFINITY, 3, "null"},
        {-INFINITY, 3, "null"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_json_writer w = start(false);
        st_json_write_number(&w, NULL, rows[i].value, rows[i].decimals);
        expect_written(&w, rows[i].text);
    }
    bool commas = test_use_comma_locale();
    st_json_writer w = start(false);
    st_json_write_number(&w, NULL, 1234.5, 3);
    expect_written(&w, "1234.5");
    setlocale(LC_ALL, "C");
    if (!commas)
        print_message("no locale with decimal commas could be made\n");
}

/* What is written reads back to the nearest number of so many decimals. */
static void any_number_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        int decimals = (int)(seed % 10);
        double value = ((double)(int64_t)seed / 9.3e18) * pow(10, (double)(seed >> 60));
        if (fabs(value) * pow(10, decimals) > 4e15)
            continue;
        st_json_writer w = start(false);
        st_json_write_number(&w, NULL, value, decimals);
        fclose(w.file);
        double back = strtod(written, NULL);
        if (!(fabs(back - value) <= 0.5000001 * pow(10, -decimals) + 1e-15 * fabs(value)))
            fail_msg("%.17g with %d decimals: found %s", value, decimals, written);
        const char *point = strchr(written, '.');
        if (point &&
            (strlen(point + 1) > (size_t)decimals || written[strlen(written) - 1] == '0'))
            fail_msg("%.17g with %d decimals: found %s", value, decimals, written);
        free(written);
    }
}

static void whole_numbers_have_all_their_digits(void **state)
{
    (void)state;
    st_json_writer w = start(false);
    st_json_begin_array(&w, NULL, false);
    st_json_write_int(&w, NULL, INT64_MIN);
    st_json_write_int(&w, NULL, INT64_MAX);
    st_json_write_int(&w, NULL, 0);
    st_json_write_int(&w, NULL, -10);
    st_json_end_array(&w);
    expect_written(&w, "[-9223372036854775808,9223372036854775807,0,-10]\n");
}

static void text_is_escaped_and_reads_back(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
        {"\n\t\r\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
        {"Grüße, 太郎 \xf0\x9f\x8f\x83", "\"Grüße, 太郎 \xf0\x9f\x8f\x83\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_json_writer w = start(false);
        st_json_begin_object(&w, NULL, false);
        st_json_write_text(&w, "t", rows[i].text);
        st_json_end_object(&w);
        fclose(w.file);
        kit_expect_part("escaped", written, rows[i].expected);
        st_json *json;
        stance_error err = {0};
        if (st_json_parse(written, written_size, "x", STANCE_EINPUT, &json, &err) < 0)
            fail_msg("%s: %s", written, err.message);
        const char *back = "";
        st_json_get_text(json, st_json_root(json), "t", rows[i].text[0] != 0, &back,
                         &err);
        kit_expect_text("read back", back, rows[i].text);
        st_json_close(&json);
        free(written);
    }
    st_json_writer w = start(false);
    st_json_write_text(&w, NULL, NULL);
    expect_written(&w, "null");
}

static void write_all(st_json_writer *w)
{
    st_json_begin_object(w, NULL, false);
    st_json_write_bool(w, "yes", true);
    st_json_write_null(w, "no\"thing");
    st_json_begin_array(w, "empty", false);
    st_json_end_array(w);
    st_json_begin_array(w, "line", true);
    st_json_write_int(w, NULL, 1);
    st_json_begin_object(w, NULL, false); /* inside of a line: in the line too */
    st_json_write_bool(w, "b", false);
    st_json_write_int(w, "c", 2);
    st_json_end_object(w);
    st_json_end_array(w);
    st_json_begin_array(w, "rows", false);
    st_json_begin_object(w, NULL, true);
    st_json_end_object(w);
    st_json_write_number(w, NULL, 0.5, 3);
    st_json_end_array(w);
    st_json_end_object(w);
}

static void commas_lines_and_levels_are_where_they_belong(void **state)
{
    (void)state;
    st_json_writer w = start(true);
    write_all(&w);
    expect_written(&w, "{\n"
                       "  \"yes\": true,\n"
                       "  \"no\\\"thing\": null,\n"
                       "  \"empty\": [],\n"
                       "  \"line\": [1, {\"b\": false, \"c\": 2}],\n"
                       "  \"rows\": [\n"
                       "    {},\n"
                       "    0.5\n"
                       "  ]\n"
                       "}\n");
    w = start(false);
    write_all(&w);
    expect_written(&w, "{\"yes\":true,\"no\\\"thing\":null,\"empty\":[],"
                       "\"line\":[1,{\"b\":false,\"c\":2}],\"rows\":[{},0.5]}\n");
    w = start(true); /* as deep as our own formats ever go, and more */
    for (int i = 0; i < 60; i++)
        st_json_begin_array(&w, NULL, false);
    for (int i = 0; i < 60; i++)
        st_json_end_array(&w);
    assert_int_equal(w.depth, 0);
    fclose(w.file);
    free(written);
}

/* Nothing is kept: memory does not grow, and what was written is there at once. */
static void it_streams(void **state)
{
    (void)state;
    st_json_writer w = start(false);
    st_json_begin_array(&w, NULL, false);
    long count = st_memory_count();
    for (int i = 0; i < 1000; i++) {
        st_json_write_int(&w, NULL, i % 10);
        fflush(w.file);
        assert_int_equal(written_size, 2 * i + 2);
    }
    assert_int_equal(st_memory_count(), count);
    st_json_end_array(&w);
    fclose(w.file);
    free(written);

    FILE *full = fopen("/dev/full", "w");
    if (!full)
        return;
    w = (st_json_writer){.file = full};
    st_json_write_int(&w, NULL, 1);
    fflush(full);
    assert_true(ferror(full));
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_short_and_exact),
        cmocka_unit_test(any_number_reads_back),
        cmocka_unit_test(whole_numbers_have_all_their_digits),
        cmocka_unit_test(text_is_escaped_and_reads_back),
        cmocka_unit_test(commas_lines_and_levels_are_where_they_belong),
        cmocka_unit_test(it_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
