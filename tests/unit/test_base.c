/* SPDX-License-Identifier: Apache-2.0 */
/* Status, memory, log, clock and histogram: the ground that the rest stands on. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cores.h"
#include "base/histogram.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"

static void every_code_has_text_and_exit_status(void **state)
{
    (void)state;
#define CHECK(name, value, exit, text)                            \
    assert_string_equal(stance_status_text(STANCE_##name), text); \
    assert_int_equal(stance_status_exit(STANCE_##name), exit);
    STANCE_STATUS_MAP(CHECK)
#undef CHECK
    assert_string_equal(stance_status_text(-999), "unknown result code");
    assert_int_equal(stance_status_exit(-999), 1);
    assert_non_null(strchr(stance_version(), '.'));
}

static void errors_are_one_line_and_never_overflow(void **state)
{
    (void)state;
    stance_error err;
    assert_int_equal(st_fail(&err, STANCE_EINPUT, "a\nb%s\n", "c"), STANCE_EINPUT);
    assert_string_equal(err.message, "a bc");
    assert_int_equal(st_fail(NULL, STANCE_EMODEL, "x"), STANCE_EMODEL);
    assert_int_equal(st_fail_prefix(&err, "file %d", 3), STANCE_EINPUT);
    assert_string_equal(err.message, "file 3: a bc");
    char *longer = malloc(3000);
    memset(longer, 'y', 2999);
    longer[2999] = '\0';
    st_fail(&err, STANCE_EINPUT, "%s", longer);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    st_fail_prefix(&err, "ctx");
    assert_memory_equal(err.message, "ctx: yyy", 8);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    st_fail_prefix(&err, "%s", longer);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
    free(longer);
}

static void products_that_overflow_are_refused(void **state)
{
    (void)state;
    assert_null(st_alloc_array(SIZE_MAX / 2, 3));
    assert_null(st_realloc_array(NULL, SIZE_MAX / 2, 3));
    assert_null(st_alloc_aligned(SIZE_MAX - 3));
    void *block = st_alloc_aligned(1);
    assert_int_equal((uintptr_t)block % 64, 0);
    st_free_aligned(block);
}

static void a_chosen_allocation_fails(void **state)
{
    (void)state;
    st_memory_fail_at(2);
    void *first = st_alloc(8);
    void *second = st_alloc(8);
    void *third = st_alloc(8);
    st_memory_fail_at(0);
    assert_non_null(first);
    assert_null(second);
    assert_non_null(third);
    st_free(first);
    st_free(third);
}

static void text_grows_and_remembers_failure(void **state)
{
    (void)state;
    st_text text = {0};
    for (int i = 0; i < 500; i++)
        st_text_printf(&text, "%03d,", i);
    st_text_add(&text, "end");
    assert_int_equal(text.length, 2003);
    assert_string_equal(text.text + 1996, "499,end");
    st_memory_fail_at(1);
    for (int i = 0; i < 5000; i++)
        st_text_add(&text, "more");
    st_memory_fail_at(0);
    assert_true(text.failed);
    st_text_clear(&text);
    assert_null(text.text);
    char *made = st_format("%s-%d", "x", 5);
    assert_string_equal(made, "x-5");
    st_free(made);
    assert_null(st_strdup(NULL));
}

static char last_line[200];
static int n_lines;

static void receive(void *user, stance_log_level level, const char *part,
                    const char *line)
{
    assert_ptr_equal(user, &n_lines);
    n_lines++;
    snprintf(last_line, sizeof(last_line), "%d %s %s", (int)level, part, line);
}

static void log_sends_what_is_wanted(void **state)
{
    (void)state;
    st_log(STANCE_LOG_ERROR, "x", "nobody listens");
    stance_log_set(receive, &n_lines, STANCE_LOG_INFO);
    st_log(STANCE_LOG_DEBUG, "x", "too fine");
    assert_int_equal(n_lines, 0);
    st_log(STANCE_LOG_WARN, "source", "%d bad packets", 3);
    assert_string_equal(last_line, "1 source 3 bad packets");
    stance_log_set(NULL, NULL, STANCE_LOG_TRACE);
    st_log(STANCE_LOG_ERROR, "x", "gone");
    assert_int_equal(n_lines, 1);
}

static void percentiles_are_within_two_percent(void **state)
{
    (void)state;
    st_histogram *h = calloc(1, sizeof(*h));
    assert_near(st_histogram_percentile(h, 0.5), 0, 0);
    for (int i = 1; i <= 10000; i++)
        st_histogram_add(h, i);
    assert_near(st_histogram_percentile(h, 0.5), 5000, 100);
    assert_near(st_histogram_percentile(h, 0.95), 9500, 190);
    st_histogram_add(h, -5);
    st_histogram_add(h, INT64_MAX / 2);
    assert_int_equal(h->n, 10002);
    free(h);
}

static void time_goes_forward(void **state)
{
    (void)state;
    int64_t a = st_clock_us();
    st_sleep_us(2000);
    st_sleep_us(-1);
    assert_true(st_clock_us() >= a + 1000);
}

static void quotas_are_whole_processors(void **state)
{
    (void)state;
    assert_int_equal(st_cores_of_quota("200000 100000\n"), 2);
    assert_int_equal(st_cores_of_quota("150000 100000\n"), 2);
    assert_int_equal(st_cores_of_quota("1000 100000\n"), 1);
    const char *none[] = {"max 100000\n", "",       "0 100000",
                          "-1 100000",    "100000", "9223372036854775807 1"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(st_cores_of_quota(none[i]), 0);
    assert_true(st_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_text_and_exit_status),
        cmocka_unit_test(errors_are_one_line_and_never_overflow),
        cmocka_unit_test(products_that_overflow_are_refused),
        cmocka_unit_test(a_chosen_allocation_fails),
        cmocka_unit_test(text_grows_and_remembers_failure),
        cmocka_unit_test(log_sends_what_is_wanted),
        cmocka_unit_test(percentiles_are_within_two_percent),
        cmocka_unit_test(time_goes_forward),
        cmocka_unit_test(quotas_are_whole_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
