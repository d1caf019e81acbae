/* SPDX-License-Identifier: Apache-2.0 */
/* "mannequin:SCENE?people=2&size=640x480": the names that may stand there, and reading
 * them. */
#include "mannequin/address.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/option.h"
#include "base/status.h"

#define FIELD(name) offsetof(stance_mannequin_settings, name)
#define PREFIX "mannequin:"

static const stance_choice cameras[] = {
    {"front", STANCE_CAMERA_FRONT, "before the people"},
    {"side", STANCE_CAMERA_SIDE, "on their left"},
    {"oblique", STANCE_CAMERA_OBLIQUE, "between the two"},
    {"high", STANCE_CAMERA_HIGH, "under the ceiling, looking down"},
    {0},
};

static const stance_option options[] = {
    {.name = "people",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(people),
     .preset = "0",
     .min = 0,
     .max = STAGE_PEOPLE_MAX,
     .value_name = "N",
     .help = "how many people; 0: as the scene has it"},
    {.name = "seconds",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(seconds),
     .preset = "10",
     .min = 0.01,
     .max = 3600,
     .unit = "s",
     .help = "length of the clip"},
    {.name = "fps",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(fps),
     .preset = "30",
     .min = 0.1,
     .max = 240,
     .unit = "frames/s",
     .help = "frames a second"},
    {.name = "size",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(size),
     .preset = "640x480",
     .value_name = "WxH",
     .help = "width and height of the picture"},
    {.name = "seed",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(seed),
     .preset = "1",
     .min = 0,
     .max = 4294967295.0,
     .value_name = "N",
     .help = "other bodies, clothes, rooms, tempo and directions"},
    {.name = "camera",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(camera),
     .preset = "front",
     .choices = cameras,
     .help = "where the camera stands"},
    {.name = "moving",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(moving),
     .preset = "no",
     .help = "the camera moves slowly"},
    {.name = "speed",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(speed),
     .preset = "1",
     .min = 0.1,
     .max = 4,
     .value_name = "X",
     .help = "how fast people move"},
    {.name = "background",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(background),
     .value_name = "FILE",
     .help = "a picture in place of the room"},
    {0},
};

static const stance_option_group groups[] = {{"", options, 0}, {0}};

const stance_option *stance_mannequin_options(void)
{
    return options;
}

static int find_scene(st_address *a, const char *name, stance_error *err)
{
    a->scene = scene_find(name);
    if (a->scene)
        return 0;
    st_nearest nearest = {.name = name};
    for (size_t i = 0; scene_at(i); i++)
        st_nearest_add(&nearest, scene_at(i)->name);
    if (nearest.found)
        return st_fail(err, STANCE_EINVAL,
                       PREFIX "%s: there is no such scene; did you mean '%s'?", name,
                       nearest.found);
    return st_fail(err, STANCE_EINVAL,
                   PREFIX "%s: there is no such scene; 'stance mannequin --list' shows "
                          "them",
                   name);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "%20" and the like, in place. */
static void decode_percent(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        int high = *from == '%' ? hex_digit(from[1]) : -1;
        int low = high >= 0 ? hex_digit(from[2]) : -1;
        if (low < 0 || (high | low) == 0) {
            *to++ = *from;
            continue;
        }
        *to++ = (char)(high * 16 + low);
        from += 2;
    }
    *to = '\0';
}

/* "name=value&name=value", which is cut into pieces. */
static int read_settings(st_address *a, char *query, stance_error *err)
{
    while (query && *query) {
        char *next = strchr(query, '&');
        if (next)
            *next++ = '\0';
        char *value = strchr(query, '=');
        if (!value || !value[1])
            return st_fail(err, STANCE_EINVAL,
                           PREFIX "%s: expected NAME=VALUE after '?', found '%s'",
                           a->scene->name, query);
        *value++ = '\0';
        decode_percent(value);
        int rc = stance_options_set(groups, &a->settings, query, value, err);
        if (rc < 0) {
            st_fail_prefix(err, PREFIX "%s", a->scene->name);
            return rc;
        }
        query = next;
    }
    return 0;
}

static int read_size(st_address *a, stance_error *err)
{
    const char *text = a->settings.size ? a->settings.size : "";
    char *end = NULL;
    long width = strtol(text, &end, 10), height = 0;
    bool ok = end != text && (*end == 'x' || *end == 'X');
    if (ok) {
        const char *second = end + 1;
        height = strtol(second, &end, 10);
        ok = end != second && *end == '\0';
    }
    if (!ok || width < 16 || height < 16 || width > 4096 || height > 4096)
        return st_fail(err, STANCE_EINVAL,
                       PREFIX "%s: size: expected WIDTHxHEIGHT from 16x16 to 4096x4096, "
                              "found '%s'",
                       a->scene->name, text);
    a->width = (int)width;
    a->height = (int)height;
    return 0;
}

int st_address_read(st_address *a, const char *address, stance_error *err)
{
    *a = (st_address){0};
    if (stance_options_defaults(groups, &a->settings) < 0)
        return st_fail_memory(err);
    if (strncasecmp(address, PREFIX, strlen(PREFIX)) == 0)
        address += strlen(PREFIX);
    char *copy = st_strdup(address);
    if (!copy)
        return st_fail_memory(err);
    char *query = strchr(copy, '?');
    if (query)
        *query++ = '\0';
    int rc = find_scene(a, copy, err);
    if (rc == 0)
        rc = read_settings(a, query, err);
    if (rc == 0)
        rc = read_size(a, err);
    st_free(copy);
    return rc;
}

void st_address_clear(st_address *a)
{
    stance_options_clear(groups, &a->settings);
}
