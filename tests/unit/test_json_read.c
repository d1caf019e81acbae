/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON: errors that name the document, the place, what was expected and found. */
#include "dir_kit.h"

#include "json/json.h"

static void what_is_no_json_is_told_with_line_and_column(void **state)
{
    static const struct {
        const char *text;
        size_t length; /* 0: of the text */
        const char *place;
    } rows[] = {
        {"", 0, "x.json:1:"},
        {"{", 0, "x.json:1:"},
        {"{\"a\": 1,}", 0, "x.json:1:"},
        {"{\n  \"a\": 1\n  \"b\": 2\n}", 0, "x.json:3:"},
        {"{\"a\": 1,\n\n \"a\": 2}", 0, "x.json:3:"},
        {"[1, 2] 3", 0, "x.json:1:"},
        {"[nan]", 0, "x.json:1:"},
        {"[01]", 0, "x.json:1:"},
        {"[99999999999999999999]", 0, "x.json:1:"},
        {"[1e999]", 0, "x.json:1:"},
        {"5", 0, "x.json:1:"},
        {"[\"\\u0000\"]", 0, "x.json:1:"},
        {"[\"\xff\"]", 0, "x.json:1:"},
        {"[\"\0\"]", 5, "x.json:1:"},
        {"[\"open]", 0, "x.json:1:"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        st_json *json;
        stance_error err = {0};
        size_t n = rows[i].length ? rows[i].length : strlen(rows[i].text);
        int rc = st_json_parse(rows[i].text, n, "x.json", STANCE_EMODEL, &json, &err);
        if (rc != STANCE_EMODEL || json)
            fail_msg("%s: found %d, expected %d", rows[i].text, rc, STANCE_EMODEL);
        kit_expect_part(rows[i].text, err.message, rows[i].place);
        kit_expect_part(rows[i].text, err.message, "expected JSON, found: ");
    }
}

/* `n` arrays in each other. */
static char *nested(size_t n)
{
    char *text = malloc(2 * n + 1);
    assert_non_null(text);
    memset(text, '[', n);
    memset(text + n, ']', n);
    text[2 * n] = '\0';
    return text;
}

static void nesting_ends_before_the_stack_does(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 1000000; n *= 10) {
        char *text = nested(n);
        st_json *json;
        stance_error err = {0};
        int rc = st_json_parse(text, 2 * n, "x.json", STANCE_EINPUT, &json, &err);
        free(text);
        if (rc != (n <= 1000 ? 0 : STANCE_EINPUT))
            fail_msg("%zu deep: found %d (%s)", n, rc, err.message);
        if (rc < 0)
            continue;
        const st_json_value *value = st_json_root(json);
        for (size_t i = 1; i < n; i++)
            value = st_json_at(value, 0);
        assert_int_equal(st_json_count(value), 0);
        assert_int_equal(st_json_fail(json, value, &err, "here"), STANCE_EINPUT);
        kit_expect_part("deep", err.message, n > 1 ? "x.json: [0]" : "x.json: here");
        st_json_close(&json);
    }
}

static const char document[] =
    "{\"text\": \"a\", \"empty\": \"\", \"whole\": 7, \"real\": 7.5, \"yes\": true,"
    " \"nothing\": null, \"list\": [\"a\", 2, {\"deep\": [true, {\"n\": \"x\"}]}],"
    " \"object\": {\"inner\": {\"n\": -1}}}";

static st_json *open_document(void)
{
    st_json *json;
    stance_error err = {0};
    if (st_json_parse(document, strlen(document), "x.json", STANCE_EMODEL, &json, &err))
        fail_msg("%s", err.message);
    assert_int_equal(st_json_type_of(st_json_root(json)), ST_JSON_OBJECT);
    return json;
}

typedef enum asked { TEXT, INT, NUMBER, BOOL, OBJECT, ARRAY } asked;

static int ask(const st_json *json, const st_json_value *at, asked type,
               const char *member, bool required, stance_error *err)
{
    const char *text;
    int64_t whole;
    double number;
    bool yes;
    const st_json_value *value;
    switch (type) {
    case TEXT:
        return st_json_get_text(json, at, member, required, &text, err);
    case INT:
        return st_json_get_int(json, at, member, required, 0, 6, &whole, err);
    case NUMBER:
        return st_json_get_number(json, at, member, required, 0, 7.25, &number, err);
    case BOOL:
        return st_json_get_bool(json, at, member, required, &yes, err);
    case OBJECT:
        return st_json_get_object(json, at, member, required, &value, err);
    case ARRAY:
        break;
    }
    return st_json_get_array(json, at, member, required, 1, 2, &value, err);
}

static void a_wrong_member_is_told_with_its_place(void **state)
{
    static const struct {
        asked type;
        const char *member, *message;
    } rows[] = {
        {TEXT, "whole", "x.json: whole: expected a text, found 7"},
        {TEXT, "empty", "x.json: empty: expected a text, found \"\""},
        {TEXT, "list", "x.json: list: expected a text, found an array of 3"},
        {TEXT, "no", "x.json: no: expected a text, found nothing"},
        {TEXT, "nothing", "x.json: nothing: expected a text, found nothing"},
        {INT, "whole", "x.json: whole: expected a whole number from 0 to 6, found 7"},
        {INT, "real", "x.json: real: expected a whole number from 0 to 6, found 7.5"},
        {INT, "text", "x.json: text: expected a whole number from 0 to 6, found \"a\""},
        {NUMBER, "real", "x.json: real: expected a number from 0 to 7.25, found 7.5"},
        {NUMBER, "yes", "x.json: yes: expected a number from 0 to 7.25, found true"},
        {BOOL, "whole", "x.json: whole: expected true or false, found 7"},
        {OBJECT, "list", "x.json: list: expected an object, found an array of 3"},
        {OBJECT, "no", "x.json: no: expected an object, found nothing"},
        {ARRAY, "list", "x.json: list: expected an array of 1 to 2, found an array of 3"},
        {ARRAY, "object", "x.json: object: expected an array of 1 to 2, found an object"},
    };
    (void)state;
    st_json *json = open_document();
    for (size_t i = 0; i < COUNT(rows); i++) {
        stance_error err = {0};
        int rc = ask(json, st_json_root(json), rows[i].type, rows[i].member, true, &err);
        if (rc != STANCE_EMODEL || err.code != STANCE_EMODEL)
            fail_msg("%s: found %d, expected %d", rows[i].member, rc, STANCE_EMODEL);
        kit_expect_text(rows[i].member, err.message, rows[i].message);
        /* Absent and null are fine where the member is not required. */
        bool absent = strstr(rows[i].message, "found nothing") != NULL;
        rc = ask(json, st_json_root(json), rows[i].type, rows[i].member, false, NULL);
        if (rc != (absent ? 0 : STANCE_EMODEL))
            fail_msg("%s, not required: found %d", rows[i].member, rc);
    }
    st_json_close(&json);
    assert_null(json);
    st_json_close(&json);
}

static void a_place_leads_through_objects_and_arrays(void **state)
{
    (void)state;
    st_json *json = open_document();
    const st_json_value *root = st_json_root(json), *list, *object, *inner;
    stance_error err = {0};
    double number;
    const char *text;
    assert_int_equal(st_json_get_array(json, root, "list", true, 3, 3, &list, &err), 0);
    assert_int_equal(st_json_at_text(json, list, 1, &text, &err), STANCE_EMODEL);
    kit_expect_text("element", err.message, "x.json: list[1]: expected a text, found 2");
    st_json_at_number(json, list, 1, 0, 1, &number, &err);
    kit_expect_text("element", err.message,
                    "x.json: list[1]: expected a number from 0 to 1, found 2");
    st_json_at_number(json, list, 9, 0, 1, &number, &err);
    kit_expect_text("element", err.message,
                    "x.json: list[9]: expected a number from 0 to 1, found nothing");
    const st_json_value *deep;
    st_json_get_array(json, st_json_at(list, 2), "deep", true, 2, 2, &deep, &err);
    st_json_get_bool(json, st_json_at(deep, 1), "n", true, &(bool){false}, &err);
    kit_expect_text("deep", err.message,
                    "x.json: list[2].deep[1].n: expected true or false, found \"x\"");
    st_json_get_object(json, root, "object", true, &object, &err);
    st_json_get_object(json, object, "inner", true, &inner, &err);
    st_json_get_number(json, inner, "n", true, 0, 1, &number, &err);
    kit_expect_text("inner", err.message,
                    "x.json: object.inner.n: expected a number from 0 to 1, found -1");
    st_json_fail(json, inner, &err, "expected %s", "more");
    kit_expect_text("own", err.message, "x.json: object.inner: expected more");
    static const char *const known[] = {"other", NULL};
    assert_int_equal(st_json_only(json, inner, known, &err), STANCE_EMODEL);
    kit_expect_text("only", err.message, "x.json: object.inner.n: unknown member");
    st_json_close(&json);
}

static void right_members_are_had_and_absent_ones_keep_their_value(void **state)
{
    (void)state;
    st_json *json = open_document();
    const st_json_value *root = st_json_root(json);
    const char *text = "kept";
    int64_t whole = 1;
    double number = 2;
    bool yes = false;
    assert_int_equal(st_json_get_text(json, root, "no", false, &text, NULL), 0);
    assert_string_equal(text, "kept");
    assert_int_equal(st_json_get_int(json, root, "nothing", false, 0, 9, &whole, NULL),
                     0);
    assert_int_equal(whole, 1);
    assert_int_equal(st_json_get_text(json, root, "text", true, &text, NULL), 0);
    assert_string_equal(text, "a");
    assert_int_equal(st_json_get_int(json, root, "whole", true, 7, 7, &whole, NULL), 0);
    assert_int_equal(whole, 7);
    assert_int_equal(st_json_get_number(json, root, "whole", true, 0, 9, &number, NULL),
                     0);
    assert_near(number, 7, 0); /* a whole number is a number */
    assert_int_equal(st_json_get_bool(json, root, "yes", true, &yes, NULL), 0);
    assert_true(yes);
    st_json_close(&json);
}

static void files_are_read_up_to_a_limit(void **state)
{
    (void)state;
    st_json *json;
    stance_error err = {0};
    kit_write(in_dir("a.json"), "{\"a\": 12}", 9);
    assert_int_equal(st_json_open(in_dir("a.json"), 9, STANCE_EINPUT, &json, &err), 0);
    st_json_close(&json);
    assert_int_equal(st_json_open(in_dir("a.json"), 8, STANCE_EINPUT, &json, &err),
                     STANCE_EINPUT);
    kit_expect_part("large", err.message, "at most 8 bytes, found 9");
    assert_null(json);
    assert_int_equal(st_json_open(in_dir("no.json"), 9, STANCE_EMODEL, &json, &err),
                     STANCE_EMODEL);
    kit_expect_part("absent", err.message, in_dir("no.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_json_is_told_with_line_and_column),
        cmocka_unit_test(nesting_ends_before_the_stack_does),
        cmocka_unit_test(a_wrong_member_is_told_with_its_place),
        cmocka_unit_test(a_place_leads_through_objects_and_arrays),
        cmocka_unit_test(right_members_are_had_and_absent_ones_keep_their_value),
        cmocka_unit_test(files_are_read_up_to_a_limit),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
