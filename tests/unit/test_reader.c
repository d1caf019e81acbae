/* SPDX-License-Identifier: Apache-2.0 */
/* Files and pipes read a piece at a time, and JSON documents value by value. */
#include "dir_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/reader.h"
#include "json/json_stream.h"

static void open_text(st_reader *r, const char *text)
{
    stance_error err = {0};
    kit_write(in_dir("text"), text, strlen(text));
    static char path[256];
    snprintf(path, sizeof(path), "%s", in_dir("text"));
    if (st_reader_open(r, path, NULL, NULL, &err) < 0)
        fail_msg("%s", err.message);
}

static void lines(void **state)
{
    (void)state;
    st_reader r;
    st_text line = {0};
    stance_error err = {0};
    open_text(&r, "one\r\n\ntwo, three\nlast");
    static const char *const expected[] = {"one", "", "two, three", "last"};
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_int_equal(r.line, i + 1);
        assert_int_equal(st_reader_line(&r, &line, 100, &err), 0);
        assert_string_equal(line.text, expected[i]);
    }
    assert_int_equal(st_reader_line(&r, &line, 100, &err), STANCE_END);
    assert_int_equal(st_reader_go(&r, 6, 3, &err), 0);
    assert_int_equal(st_reader_line(&r, &line, 9, &err), STANCE_EINPUT);
    kit_expect_part("line", err.message, ":3:");
    st_reader_close(&r);
    st_text_clear(&line);
}

/* Lines that are longer than the reader's own memory. */
static void long_lines(void **state)
{
    (void)state;
    enum { N = 700001 };
    char *text = malloc(N + 10);
    assert_non_null(text);
    memset(text, 'x', N);
    strcpy(text + N, "\ny\n");
    st_reader r;
    st_text line = {0};
    open_text(&r, text);
    assert_int_equal(st_reader_line(&r, &line, N, NULL), 0);
    assert_int_equal(line.length, N);
    assert_int_equal(st_reader_line(&r, &line, N, NULL), 0);
    assert_string_equal(line.text, "y");
    assert_int_equal(st_reader_place(&r), N + 3);
    st_reader_close(&r);
    st_text_clear(&line);
    free(text);
}

static bool stop_now(void *user)
{
    return ++*(int *)user > 2;
}

static void a_silent_pipe_can_be_stopped(void **state)
{
    (void)state;
    char path[256];
    int asked = 0;
    st_reader r;
    stance_error err = {0};
    st_text line = {0};
    snprintf(path, sizeof(path), "%s", in_dir("pipe"));
    assert_int_equal(mkfifo(path, 0600), 0);
    int writer = open(path, O_RDWR); /* so that opening does not wait */
    assert_int_equal(st_reader_open(&r, path, stop_now, &asked, &err), 0);
    assert_false(r.seekable);
    assert_int_equal(write(writer, "half a l", 8), 8);
    assert_int_equal(st_reader_line(&r, &line, 100, &err), STANCE_EINTERRUPTED);
    st_reader_close(&r);
    close(writer);
    st_text_clear(&line);
}

static void what_cannot_be_opened(void **state)
{
    (void)state;
    st_reader r = {0};
    stance_error err = {0};
    assert_int_equal(st_reader_open(&r, in_dir("nothing"), NULL, NULL, &err),
                     STANCE_EINPUT);
    st_reader_close(&r);
    assert_int_equal(st_reader_open(&r, kit_dir, NULL, NULL, &err), STANCE_EINPUT);
    kit_expect_part("folder", err.message, "found a folder");
    st_reader_close(&r);
}

/* ---- JSON ---- */

static void members_and_elements(void **state)
{
    (void)state;
    st_reader r;
    st_json_stream s = {.reader = &r};
    st_text name = {0};
    st_json *json;
    stance_error err = {0};
    double number = 0;
    open_text(&r, " {\"a\" : 1.5 , \"b\\\"]\":[ \"]\\\"[\", {\"c\": [1, {}]} ,null],\n"
                  "\"list\": [{\"x\": 1},\n{\"x\": 2}], \"end\": true}\n ");
    assert_int_equal(st_json_stream_enter(&s, '{', &err), 0);
    assert_int_equal(st_json_stream_member(&s, &name, &err), 0);
    assert_string_equal(name.text, "a");
    assert_int_equal(st_json_stream_take(&s, "a", &json, &err), 0);
    assert_int_equal(st_json_type_of(st_json_root(json)), ST_JSON_NUMBER);
    st_json_close(&json);
    assert_int_equal(st_json_stream_member(&s, &name, &err), 0);
    assert_string_equal(name.text, "b\\\"]");
    assert_int_equal(st_json_stream_pass(&s, &err), 0);
    assert_int_equal(st_json_stream_member(&s, &name, &err), 0);
    assert_string_equal(name.text, "list");
    assert_int_equal(st_json_stream_enter(&s, '[', &err), 0);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(st_json_stream_element(&s, &err), 0);
        assert_int_equal(st_json_stream_take(&s, "list[i]", &json, &err), 0);
        assert_int_equal(
            st_json_get_number(json, st_json_root(json), "x", true, 0, 9, &number, &err),
            0);
        assert_near(number, i, 0);
        assert_int_equal(
            st_json_get_number(json, st_json_root(json), "y", true, 0, 9, &number, &err),
            STANCE_EINPUT);
        kit_expect_part("place", err.message, "text: list[i].y: expected a number");
        st_json_close(&json);
    }
    assert_int_equal(st_json_stream_element(&s, &err), STANCE_END);
    assert_int_equal(st_json_stream_member(&s, &name, &err), 0);
    assert_int_equal(st_json_stream_pass(&s, &err), 0);
    assert_int_equal(st_json_stream_member(&s, &name, &err), STANCE_END);
    assert_int_equal(st_json_stream_end(&s, &err), 0);
    st_json_stream_clear(&s);
    st_text_clear(&name);
    st_reader_close(&r);
}

/* Over the whole document, taking each member of the root; what the first error says. */
static int walk(const char *text, char *message, size_t size)
{
    st_reader r;
    st_json_stream s = {.reader = &r};
    st_text name = {0};
    stance_error err = {0};
    open_text(&r, text);
    int rc = st_json_stream_enter(&s, '{', &err);
    while (rc == 0 && (rc = st_json_stream_member(&s, &name, &err)) == 0) {
        st_json *json;
        rc = st_json_stream_take(&s, name.text, &json, &err);
        st_json_close(&json);
    }
    if (rc == STANCE_END)
        rc = st_json_stream_end(&s, &err);
    snprintf(message, size, "%s", err.message);
    st_json_stream_clear(&s);
    st_text_clear(&name);
    st_reader_close(&r);
    return rc;
}

static void what_is_no_json(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"", "expected an object, found the end of the file"},
        {"[1]", "expected an object, found '['"},
        {"{", "found the end of the file"},
        {"{\n\"a\" 1}", ":2: expected ':', found '1'"},
        {"{\"a\": }", "expected a value, found '}'"},
        {"{\"a\": 1 \"b\": 2}", "expected ',' or '}', found '\"'"},
        {"{\"a\": [1, }", "a: expected JSON"},
        {"{\"a\": \"x", "the end of the file"},
        {"{\"a\": \n\n[1 2]}", ":3: a: expected JSON"},
        {"{\"a\": tru}", "a: expected JSON"},
        {"{\"a\": [1}}", "expected"},
        {"{\"a\": 1} x", "expected the end of the file, found 'x'"},
        {"{\"a\": 1}}", "expected the end of the file, found '}'"},
        {"{a: 1}", "expected a name in quotes, found 'a'"},
        {"{\"a\": {\"b\": 1, \"b\": 2}}", "duplicate"},
        {"{\"a\": \001}", "expected"},
        {"{\"a\": ]}", "expected"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char message[1100];
        int rc = walk(rows[i].text, message, sizeof(message));
        if (rc != STANCE_EINPUT)
            fail_msg("%s: found %d, expected %d", rows[i].text, rc, STANCE_EINPUT);
        kit_expect_part(rows[i].text, message, rows[i].part);
    }
    char message[1100];
    assert_int_equal(
        walk("{\"a\":[],\"b\":{},\"c\":-1e3,\"d\":\"\"}", message, sizeof(message)), 0);
    assert_int_equal(walk("{ }", message, sizeof(message)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(a_silent_pipe_can_be_stopped),
        cmocka_unit_test(what_cannot_be_opened),
        cmocka_unit_test(members_and_elements),
        cmocka_unit_test(what_is_no_json),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
