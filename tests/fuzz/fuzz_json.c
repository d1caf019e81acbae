/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as JSON: every value is looked at in every way that the library has, and each
 * refusal says why. The texts and numbers found are then written, and what was written
 * has to be read back the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

/* A call either did its work, or filled an error with the document's name in it. */
static bool told(int rc, stance_error *err)
{
    if (rc < 0)
        expect(rc == STANCE_EINPUT && err->code == rc && strstr(err->message, "doc"));
    *err = (stance_error){0};
    return rc == 0;
}

/* Write one text and one number; read both back. */
static void write_and_read(const char *text, double number)
{
    char *bytes = NULL;
    size_t n;
    st_json *json;
    stance_error err = {0};
    FILE *file = open_memstream(&bytes, &n);
    expect(file != NULL);
    st_json_writer w = {.file = file, .indent = strlen(text) % 2 == 0};
    st_json_begin_object(&w, NULL, false);
    st_json_write_text(&w, "text", text);
    st_json_write_number(&w, "number", number, 3);
    st_json_end_object(&w);
    expect(fclose(file) == 0);
    expect(st_json_parse(bytes, n, "doc", STANCE_EINPUT, &json, &err) == 0);
    const char *text_back = NULL;
    double back = NAN;
    expect(st_json_get_text(json, st_json_root(json), "text", true, &text_back, &err) ==
           0);
    expect(strcmp(text, text_back) == 0);
    expect(st_json_get_number(json, st_json_root(json), "number", false, -INFINITY,
                              INFINITY, &back, &err) == 0);
    expect(!(fabs(number) < 1e9) || fabs(back - number) <= 0.00051);
    st_json_close(&json);
    free(bytes);
}

static void look_at_member(const st_json *json, const st_json_value *object,
                           const char *member)
{
    static const char *const known[] = {"a", "b", NULL};
    stance_error err = {0};
    const char *text = NULL;
    const st_json_value *value = NULL;
    int64_t whole = 0;
    double number = 0;
    bool flag = false;
    told(st_json_get_bool(json, object, member, true, &flag, &err), &err);
    told(st_json_get_object(json, object, member, false, &value, &err), &err);
    told(st_json_get_array(json, object, member, false, 1, 4, &value, &err), &err);
    if (told(st_json_get_int(json, object, member, true, -5, 1000, &whole, &err), &err))
        expect(whole >= -5 && whole <= 1000);
    if (told(st_json_get_text(json, object, member, true, &text, &err), &err))
        write_and_read(text, 0.5);
    if (told(st_json_get_number(json, object, member, true, -1e12, 1e12, &number, &err),
             &err)) {
        expect(number >= -1e12 && number <= 1e12);
        write_and_read("n", number);
    }
    told(st_json_only(json, object, known, &err), &err);
}

static void look_at(const st_json *json, const st_json_value *value, int depth)
{
    static const char *const members[] = {"a", "b", ""};
    stance_error err = {0};
    st_json_type type = st_json_type_of(value);
    if (depth == 0)
        return;
    if (type == ST_JSON_OBJECT)
        for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
            const st_json_value *below = NULL;
            look_at_member(json, value, members[i]);
            if (told(st_json_get_object(json, value, members[i], true, &below, &err),
                     &err) ||
                told(st_json_get_array(json, value, members[i], true, 0, 1000, &below,
                                       &err),
                     &err))
                look_at(json, below, depth - 1);
        }
    for (size_t i = 0; type == ST_JSON_ARRAY && i < st_json_count(value); i++) {
        const char *text = NULL;
        double number = 0;
        told(st_json_at_text(json, value, i, &text, &err), &err);
        told(st_json_at_number(json, value, i, -1, 1, &number, &err), &err);
        expect(number >= -1 && number <= 1);
        look_at(json, st_json_at(value, i), depth - 1);
    }
    expect(st_json_fail(json, value, &err, "no %s", "good") == STANCE_EINPUT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    st_json *json = NULL;
    stance_error err = {0};
    if (size > 4096) /* the way to a value is looked for once an error: keep it short */
        return 0;
    if (told(st_json_parse((const char *)data, size, "doc", STANCE_EINPUT, &json, &err),
             &err))
        look_at(json, st_json_root(json), 5);
    st_json_close(&json);
    return 0;
}
