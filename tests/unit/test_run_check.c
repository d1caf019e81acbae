/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run would refuse is refused by stance_run_check() before anything is opened, and
 * what it would take passes. Only stance's own networks are here.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "stance/stance.h"

typedef struct row {
    const char *options[6]; /* name, value, ... */
    const char *input;
    const char *sink;
    int rc;
    const char *expected; /* part of the message */
    const char *lack;     /* NULL: nothing */
} row;

static const row rows[] = {
    {.options = {"model", "stance-lite"}},
    {.options = {"model", "single"}, .input = "walk.mp4", .sink = "video"},
    {.options = {"model", "stance-lit"},
     .rc = STANCE_EMODEL,
     .expected = "did you mean 'stance-lite'?"},
    {.options = {"model", "pp-tinypose"},
     .rc = STANCE_EMODEL,
     .expected = "pp-tinypose is not on this machine",
     .lack = "pp-tinypose"},
    {.options = {"people", "all", "detector", "yolox-nano"},
     .rc = STANCE_EMODEL,
     .expected = "needs a detector: yolox-nano is not on this machine",
     .lack = "yolox-nano"},
    {.options = {"model", "rtmo-s"},
     .rc = STANCE_EMODEL,
     .expected = "no sha256",
     .lack = "rtmo-s"},
    {.options = {"detector", "stance-lite"},
     .rc = STANCE_EINVAL,
     .expected = "expected a network that finds boxes of people"},
    {.options = {"model", "stance-detector", "people", "one"},
     .rc = STANCE_EINVAL,
     .expected = "finds boxes of people, not the joints of one"},
    {.options = {"people", "0"}, .rc = STANCE_EINVAL, .expected = "one, all or a number"},
    {.options = {"input-size", "100x100"},
     .rc = STANCE_EINVAL,
     .expected = "--input-size 100x100"},
    {.options = {"engine", "none"},
     .rc = STANCE_EINVAL,
     .expected = "openvino or replay"},
    {.options = {"start", "5", "end", "2"},
     .rc = STANCE_EINVAL,
     .expected = "--end 2: expected a time after --start 5"},
    {.options = {"follow", "nobody"}, .rc = STANCE_EINVAL, .expected = "--follow"},
    {.options = {"zone", "1,1 2"}, .rc = STANCE_EINVAL, .expected = "--zone"},
    {.options = {"smooth", "low"}},
    {.options = {"smooth", "low"}, .input = "a.mp4"},
    {.options = {"smooth", "low"},
     .input = "a.jpg",
     .rc = STANCE_EINVAL,
     .expected = "expected frames with times"},
    {.options = {"smooth", "zero-phase"},
     .input = "camera:0",
     .rc = STANCE_EINVAL,
     .expected = "not with live input"},
    {.options = {"smooth", "zero-phase", "live", "yes"},
     .input = "a.mp4",
     .rc = STANCE_EINVAL,
     .expected = "not with live input"},
    {.options = {"fast", "yes", "people", "all"}},
    {.options = {"fast", "yes", "people", "all"}, .input = "a.jpg"},
    {.options = {"fast", "yes", "people", "all"},
     .input = "a.mp4",
     .rc = STANCE_EINVAL,
     .expected = "--fast: expected a network that looks for one person by itself"},
    {.options = {"fast", "yes", "people", "one"}, .input = "a.mp4"},
    {.options = {"model", "truth"}},
    {.options = {"model", "truth"}, .input = "mannequin:walk"},
    {.options = {"model", "truth"},
     .input = "a.mp4",
     .rc = STANCE_EINVAL,
     .expected = "--model truth needs drawn people"},
    {.options = {"preset", "nicely"},
     .sink = "video",
     .rc = STANCE_EINVAL,
     .expected = "--preset"},
    {.options = {"every-s", "1", "every-frames", "3"},
     .sink = "screenshots",
     .rc = STANCE_EINVAL,
     .expected = "expected one of them"},
    {.options = {"every-s", "1"},
     .input = "a.jpg",
     .sink = "screenshots",
     .rc = STANCE_EINVAL,
     .expected = "moving pictures"},
};

static void what_a_run_refuses_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const row *r = &rows[i];
        stance_settings settings;
        stance_error err = {0};
        stance_lack lack;
        assert_int_equal(stance_settings_defaults(&settings), 0);
        for (size_t k = 0; k + 1 < 6 && r->options[k]; k += 2)
            if (stance_options_set(stance_settings_groups(), &settings, r->options[k],
                                   r->options[k + 1], &err) < 0)
                fail_msg("row %zu: %s", i, err.message);
        const stance_output output = {r->sink ? stance_sink_find(r->sink) : NULL,
                                      "x.mp4"};
        int rc =
            stance_run_check(&settings, r->input, &output, r->sink != NULL, &lack, &err);
        if (rc != r->rc || (rc < 0 && !strstr(err.message, r->expected)))
            fail_msg("row %zu: expected %d and '%s', found %d and '%s'", i, r->rc,
                     r->expected ? r->expected : "", rc, rc < 0 ? err.message : "");
        assert_string_equal(lack.model, r->lack ? r->lack : "");
        /* rtmo-s has no pinned hash: nobody can fetch it */
        assert_int_equal(lack.fetchable, r->lack && strcmp(r->lack, "rtmo-s") != 0);
        stance_settings_clear(&settings);
    }
}

static void a_device_is_there_or_not(void **state)
{
    (void)state;
    stance_error err;
    assert_int_equal(stance_device_check("CPU", &err), 0);
    assert_int_equal(stance_device_check("ABACUS", &err), STANCE_EENGINE);
    assert_non_null(strstr(err.message, "there is: "));
}

int main(void)
{
    setenv("STANCE_MODEL_PATH", "", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_run_refuses_is_refused),
        cmocka_unit_test(a_device_is_there_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
