/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON with errors that say where: document, place, expected, found.
 *
 * jansson parses (it refuses duplicate members and gives line and column); this file
 * looks at the result. A value does not know its own place, so the place is found, only
 * when an error is told, by walking the document down to it.
 */
#include "json/json.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"

struct st_json {
    json_t *root;
    char *name;
    char *place; /* of the root in a larger document; NULL: it is the document */
    int code;
};

static const json_t *raw(const st_json_value *value)
{
    return (const json_t *)value;
}

static const st_json_value *wrap(const json_t *value)
{
    return (const st_json_value *)value;
}

/* @param root taken in any case. @param place may be NULL */
static int take_root(json_t *root, const char *name, const char *place, int code,
                     st_json **out, stance_error *err)
{
    st_json *json = st_alloc(sizeof(*json));
    char *own_name = st_strdup(name), *own_place = st_strdup(place);
    if (!json || !own_name || (place && !own_place)) {
        json_decref(root);
        st_free(json);
        st_free(own_name);
        st_free(own_place);
        return st_fail_memory(err);
    }
    *json = (st_json){.root = root, .name = own_name, .place = own_place, .code = code};
    *out = json;
    return 0;
}

int st_json_parse(const char *text, size_t length, const char *name, int code,
                  st_json **out, stance_error *err)
{
    json_error_t where;
    *out = NULL;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
    return root ? take_root(root, name, NULL, code, out, err)
                : st_fail(err, code, "%s:%d:%d: expected JSON, found: %s", name,
                          where.line, where.column, where.text);
}

int st_json_parse_part(const char *text, size_t length, const char *name,
                       const char *place, int64_t line, int code, st_json **out,
                       stance_error *err)
{
    json_error_t where;
    *out = NULL;
    json_t *root =
        json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
    return root ? take_root(root, name, place, code, out, err)
                : st_fail(err, code, "%s:%lld: %s%sexpected JSON, found: %s", name,
                          (long long)(line + where.line - 1), place, *place ? ": " : "",
                          where.text);
}

int st_json_open(const char *path, size_t most, int code, st_json **json,
                 stance_error *err)
{
    char *text;
    size_t n;
    *json = NULL;
    int rc = st_file_read(path, most, code, &text, &n, err);
    if (rc == 0)
        rc = st_json_parse(text, n, path, code, json, err);
    st_free(text);
    return rc;
}

void st_json_close(st_json **json)
{
    if (!*json)
        return;
    json_decref((*json)->root);
    st_free((*json)->name);
    st_free((*json)->place);
    st_free(*json);
    *json = NULL;
}

const st_json_value *st_json_root(const st_json *json)
{
    return wrap(json->root);
}

st_json_type st_json_type_of(const st_json_value *value)
{
    switch (json_typeof(raw(value))) {
    case JSON_NULL:
        return ST_JSON_NULL;
    case JSON_TRUE:
    case JSON_FALSE:
        return ST_JSON_BOOL;
    case JSON_INTEGER:
    case JSON_REAL:
        return ST_JSON_NUMBER;
    case JSON_STRING:
        return ST_JSON_TEXT;
    case JSON_ARRAY:
        return ST_JSON_ARRAY;
    case JSON_OBJECT:
        break;
    }
    return ST_JSON_OBJECT;
}

/* ---- where a value stands, for errors ---- */

/* Append the way from `at` down to `target` to `path`; false, and nothing appended, if it
 * is not below. jansson itself bounds the depth of what it parses. */
static bool find_path(const json_t *at, const json_t *target, st_text *path)
{
    size_t length = path->length, i;
    const char *key;
    json_t *child;
    if (at == target)
        return true;
    if (json_is_object(at)) {
        json_object_foreach((json_t *)at, key, child)
        {
            st_text_printf(path, "%s%s", length ? "." : "", key);
            if (find_path(child, target, path))
                return true;
            path->length = length;
        }
    } else if (json_is_array(at)) {
        json_array_foreach(at, i, child)
        {
            st_text_printf(path, "[%zu]", i);
            if (find_path(child, target, path))
                return true;
            path->length = length;
        }
    }
    return false;
}

/* "name: place.member: " in front of a message. */
static int fail_at(const st_json *json, const json_t *value, const char *member,
                   stance_error *err, const char *message)
{
    st_text path = {0};
    if (json->place && *json->place)
        st_text_add(&path, json->place);
    find_path(json->root, value, &path);
    if (member)
        st_text_printf(&path, "%s%s", path.length && *member != '[' ? "." : "", member);
    int rc = st_fail(err, json->code, "%s: %s%s%s", json->name,
                     path.length ? path.text : "", path.length ? ": " : "", message);
    st_text_clear(&path);
    return rc;
}

int st_json_fail(const st_json *json, const st_json_value *value, stance_error *err,
                 const char *format, ...)
{
    char message[600];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return fail_at(json, raw(value), NULL, err, message);
}

/* What stands there, short enough for a message. */
static void describe(const json_t *value, char *text, size_t size)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        snprintf(text, size, "an object");
        return;
    case JSON_ARRAY:
        snprintf(text, size, "an array of %zu", json_array_size(value));
        return;
    case JSON_STRING:
        snprintf(text, size, "\"%.60s\"", json_string_value(value));
        return;
    case JSON_INTEGER:
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
        return;
    case JSON_REAL:
        snprintf(text, size, "%g", json_real_value(value));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        snprintf(text, size, json_is_true(value) ? "true" : "false");
        return;
    case JSON_NULL:
        break;
    }
    snprintf(text, size, "null");
}

static int fail_found(const st_json *json, const json_t *parent, const char *member,
                      const json_t *found, stance_error *err, const char *format, ...)
    STANCE_PRINTF(6, 7);

static int fail_found(const st_json *json, const json_t *parent, const char *member,
                      const json_t *found, stance_error *err, const char *format, ...)
{
    char expected[200], what[100], message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(expected, sizeof(expected), format, args);
    va_end(args);
    if (found)
        describe(found, what, sizeof(what));
    else
        snprintf(what, sizeof(what), "nothing");
    snprintf(message, sizeof(message), "expected %s, found %s", expected, what);
    return fail_at(json, parent, member, err, message);
}

/* ---- members ---- */

/* The member, or NULL for absent and null. */
static const json_t *member_of(const st_json_value *object, const char *member)
{
    const json_t *value = json_object_get(raw(object), member);
    return json_is_null(value) ? NULL : value;
}

const st_json_value *st_json_member(const st_json_value *object, const char *member)
{
    return wrap(member_of(object, member));
}

int st_json_get_text(const st_json *json, const st_json_value *object, const char *member,
                     bool required, const char **out, stance_error *err)
{
    const json_t *value = member_of(object, member);
    if (!value && !required)
        return 0;
    if (!json_is_string(value) || !*json_string_value(value))
        return fail_found(json, raw(object), member, value, err, "a text");
    *out = json_string_value(value);
    return 0;
}

int st_json_get_int(const st_json *json, const st_json_value *object, const char *member,
                    bool required, int64_t min, int64_t max, int64_t *out,
                    stance_error *err)
{
    const json_t *value = member_of(object, member);
    if (!value && !required)
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < min ||
        json_integer_value(value) > max)
        return fail_found(json, raw(object), member, value, err,
                          "a whole number from %lld to %lld", (long long)min,
                          (long long)max);
    *out = json_integer_value(value);
    return 0;
}

static bool number_in(const json_t *value, double min, double max)
{
    return json_is_number(value) && json_number_value(value) >= min &&
           json_number_value(value) <= max;
}

int st_json_get_number(const st_json *json, const st_json_value *object,
                       const char *member, bool required, double min, double max,
                       double *out, stance_error *err)
{
    const json_t *value = member_of(object, member);
    if (!value && !required)
        return 0;
    if (!number_in(value, min, max))
        return fail_found(json, raw(object), member, value, err, "a number from %g to %g",
                          min, max);
    *out = json_number_value(value);
    return 0;
}

int st_json_get_bool(const st_json *json, const st_json_value *object, const char *member,
                     bool required, bool *out, stance_error *err)
{
    const json_t *value = member_of(object, member);
    if (!value && !required)
        return 0;
    if (!json_is_boolean(value))
        return fail_found(json, raw(object), member, value, err, "true or false");
    *out = json_is_true(value);
    return 0;
}

int st_json_get_object(const st_json *json, const st_json_value *object,
                       const char *member, bool required, const st_json_value **out,
                       stance_error *err)
{
    const json_t *value = member_of(object, member);
    *out = NULL;
    if (!value && !required)
        return 0;
    if (!json_is_object(value))
        return fail_found(json, raw(object), member, value, err, "an object");
    *out = wrap(value);
    return 0;
}

int st_json_get_array(const st_json *json, const st_json_value *object,
                      const char *member, bool required, size_t n_min, size_t n_max,
                      const st_json_value **out, stance_error *err)
{
    const json_t *value = member_of(object, member);
    *out = NULL;
    if (!value && !required)
        return 0;
    if (!json_is_array(value) || json_array_size(value) < n_min ||
        json_array_size(value) > n_max)
        return fail_found(json, raw(object), member, value, err, "an array of %zu to %zu",
                          n_min, n_max);
    *out = wrap(value);
    return 0;
}

/* ---- elements ---- */

const char *st_json_as_text(const st_json_value *value)
{
    return json_string_value(raw(value));
}

size_t st_json_count(const st_json_value *array)
{
    return json_array_size(raw(array));
}

const st_json_value *st_json_at(const st_json_value *array, size_t i)
{
    return wrap(json_array_get(raw(array), i));
}

static int fail_element(const st_json *json, const st_json_value *array, size_t i,
                        stance_error *err, const char *expected)
{
    char place[32];
    snprintf(place, sizeof(place), "[%zu]", i);
    return fail_found(json, raw(array), place, json_array_get(raw(array), i), err, "%s",
                      expected);
}

int st_json_at_text(const st_json *json, const st_json_value *array, size_t i,
                    const char **out, stance_error *err)
{
    const json_t *value = json_array_get(raw(array), i);
    if (!json_is_string(value))
        return fail_element(json, array, i, err, "a text");
    *out = json_string_value(value);
    return 0;
}

int st_json_at_number(const st_json *json, const st_json_value *array, size_t i,
                      double min, double max, double *out, stance_error *err)
{
    char expected[80];
    const json_t *value = json_array_get(raw(array), i);
    if (!number_in(value, min, max)) {
        snprintf(expected, sizeof(expected), "a number from %g to %g", min, max);
        return fail_element(json, array, i, err, expected);
    }
    *out = json_number_value(value);
    return 0;
}

int st_json_only(const st_json *json, const st_json_value *object,
                 const char *const *known, stance_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)raw(object), key, value)
    {
        bool found = false;
        for (size_t i = 0; known[i] && !found; i++)
            found = strcmp(known[i], key) == 0;
        if (!found)
            return fail_at(json, raw(object), key, err, "unknown member");
    }
    return 0;
}
