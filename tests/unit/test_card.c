/* SPDX-License-Identifier: Apache-2.0 */
/* Model cards: the tree's own, wrong ones, and written ones that read back. */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/card.h"

#define HEAD                                                                          \
    "\"schema\": \"stance-card/1\", \"name\": \"n\", \"title\": \"t\", \"licence\": " \
    "\"l\", \"decoder\": \"movenet\", \"skeleton\": \"coco17\", "
#define FILES "\"files\": [{\"name\": \"f.tflite\"}], "
#define INPUT "\"input\": {\"width\": 192, \"height\": 192}, "
#define OUTPUTS "\"outputs\": [{\"shape\": [1, 1, 17, 3]}]"

static void test_own_cards(void **state)
{
    static const char *const names[] = {"movenet-lightning-int8", "movenet-lightning-f16",
                                        "movenet-thunder-int8", "movenet-thunder-f16"};
    const char *root = getenv("STANCE_ROOT");
    (void)state;
    if (!root)
        skip();
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[512];
        st_card card;
        stance_error err = {0};
        snprintf(path, sizeof(path), "%s/models/%s.json", root, names[i]);
        if (st_card_open(&card, path, &err) < 0)
            fail_msg("%s", err.message);
        assert_string_equal(card.name, names[i]);
        assert_int_equal(card.n_files, 1);
        st_card_clear(&card);
    }
}

static void test_wrong(void **state)
{
    static const struct {
        const char *text, *word; /* what the error has to name */
    } rows[] = {
        {"", "card"},
        {"[]", "object"},
        {"{\"schema\": \"stance-card/2\"}", "stance-card/1"},
        {"{\"schema\": \"stance-card/1\"}", "name"},
        {"{" HEAD FILES INPUT OUTPUTS ", \"colour\": 1}", "colour"},
        {"{" HEAD INPUT OUTPUTS "}", "files"},
        {"{" HEAD "\"files\": [], " INPUT OUTPUTS "}", "files"},
        {"{" HEAD "\"files\": [{\"name\": \"../f\"}], " INPUT OUTPUTS "}",
         "plain file name"},
        {"{" HEAD "\"files\": [{\"name\": \"f\", \"sha256\": \"abc\"}], " INPUT OUTPUTS
         "}",
         "sha256"},
        {"{" HEAD "\"files\": [{\"name\": \"f\", \"bytes\": 0}], " INPUT OUTPUTS "}",
         "bytes"},
        {"{" HEAD FILES OUTPUTS "}", "input"},
        {"{" HEAD FILES "\"input\": {\"width\": 8, \"height\": 192}, " OUTPUTS "}",
         "width"},
        {"{" HEAD FILES "\"input\": {\"width\": 192, \"height\": \"x\"}, " OUTPUTS "}",
         "height"},
        {"{" HEAD FILES
         "\"input\": {\"width\": 192, \"height\": 192, \"layout\": \"X\"}, " OUTPUTS "}",
         "layout"},
        {"{" HEAD FILES
         "\"input\": {\"width\": 192, \"height\": 192, \"mean\": [1]}, " OUTPUTS "}",
         "mean"},
        {"{" HEAD FILES INPUT "\"outputs\": []}", "outputs"},
        {"{" HEAD FILES INPUT "\"outputs\": [{\"shape\": [1,1,1,1,1,1,1]}]}", "shape"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_card card;
        stance_error err = {0};
        int rc = st_card_parse(&card, rows[i].text, strlen(rows[i].text), "x.card", &err);
        if (rc != STANCE_EMODEL || !strstr(err.message, rows[i].word) ||
            !strstr(err.message, "x.card"))
            fail_msg("row %zu: %d, expected '%s' in '%s'", i, rc, rows[i].word,
                     err.message);
    }
}

static void test_round_trip(void **state)
{
    static const char text[] =
        "{" HEAD "\"people\": \"several\", \"publisher\": \"p\", \"homepage\": \"h\", "
        "\"files\": [{\"name\": \"a.xml\", \"url\": \"https://x/a.zip\", \"member\": "
        "\"m/a\", "
        "\"sha256\": "
        "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", "
        "\"bytes\": 77}, {\"name\": \"a.bin\"}], "
        "\"input\": {\"width\": 481, \"height\": 353, \"layout\": \"NCHW\", \"type\": "
        "\"f32\", \"colour\": \"BGR\", \"mean\": [127.5, 1, 2], \"scale\": [0.0078125, "
        "1, "
        "2], \"pad\": [1, 2, 3]}, "
        "\"outputs\": [{\"name\": \"o\", \"shape\": [1, -1, 3]}, {}]}";
    char path[] = "/tmp/stance-test-card-XXXXXX";
    st_card card, again;
    stance_error err = {0};
    (void)state;
    if (st_card_parse(&card, text, strlen(text), "x.card", &err) < 0)
        fail_msg("%s", err.message);
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    st_card_write(&card, file);
    assert_int_equal(fclose(file), 0);
    if (st_card_open(&again, path, &err) < 0)
        fail_msg("%s", err.message);
    unlink(path);
    assert_true(again.several);
    assert_int_equal(again.n_files, 2);
    assert_string_equal(again.files[0].member, "m/a");
    assert_string_equal(again.files[0].sha256, card.files[0].sha256);
    assert_int_equal(again.files[0].bytes, 77);
    assert_int_equal(again.files[1].bytes, -1);
    assert_null(again.files[1].sha256);
    assert_memory_equal(&again.input, &card.input, sizeof(card.input));
    assert_true(again.type_given);
    assert_int_equal(again.n_outputs, 2);
    assert_string_equal(again.outputs[0].name, "o");
    assert_int_equal(again.outputs[0].dims[1], -1);
    assert_null(again.outputs[1].name);
    st_card_clear(&card);
    st_card_clear(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_cards),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
