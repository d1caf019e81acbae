/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance devices`: what networks, decoders, encoders and hardware decoding can use here.
 *
 * FFmpeg knows hundreds of codecs; the short list has those that people meet, and every
 * encoder that is done by hardware. --all has them all, --json gives the same to
 * programs.
 */
#include "cmd_devices.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct devices_settings {
    bool all, json;
    char *has;
    say_settings say;
} devices_settings;

static const stance_option rows[] = {
    {.name = "all",
     .letter = 'a',
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(devices_settings, all),
     .preset = "no",
     .help = "every decoder and encoder, not only the usual ones"},
    {.name = "json",
     .letter = 'j',
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(devices_settings, json),
     .preset = "no",
     .help = "print as JSON"},
    {.name = "has",
     .type = STANCE_OPTION_STRING,
     .offset = offsetof(devices_settings, has),
     .value_name = "NAME",
     .help = "print nothing, and fail where there is no such device (run --device)"},
    {0},
};

static const stance_option_group groups[] = {
    {"Options", rows, 0},
    {"Messages", say_options, offsetof(devices_settings, say)},
    {0}};

const stance_option_group *devices_groups(void)
{
    return groups;
}

static const char *const usual[] = {
    "h264",    "hevc",    "av1",         "libdav1d", "libaom-av1", "vp8",
    "vp9",     "mpeg4",   "mpeg2video",  "mjpeg",    "prores",     "dnxhd",
    "ffv1",    "gif",     "png",         "webp",     "bmp",        "tiff",
    "libx264", "libx265", "libopenh264", "libvpx",   "libvpx-vp9", "libsvtav1",
    "libwebp", "wmv2",    "theora",      "rawvideo", NULL,
};
static const char *const by_hardware[] = {
    "_vaapi", "_nvenc", "_qsv", "_amf", "_videotoolbox", "_v4l2m2m", "_vulkan", NULL,
};

static bool is_usual(const char *name)
{
    for (int i = 0; usual[i]; i++)
        if (strcmp(name, usual[i]) == 0)
            return true;
    for (int i = 0; by_hardware[i]; i++)
        if (strstr(name, by_hardware[i]))
            return true;
    return false;
}

/* Lines of stance_codecs_list(), kept to be shown kind by kind. */
typedef struct line {
    char *kind, *name, *text;
} line;

typedef struct listing {
    line *at;
    size_t n;
    bool all;
} listing;

static void add_line(void *user, const char *kind, const char *name, const char *words)
{
    listing *l = user;
    bool codec = strcmp(kind, "decoder") == 0 || strcmp(kind, "encoder") == 0;
    if (codec && !l->all && !is_usual(name))
        return;
    l->at = must_grow(l->at, l->n + 1, sizeof(*l->at));
    l->at[l->n++] =
        (line){must_copy(kind), must_copy(name), must_copy(words ? words : "")};
}

static bool kind_before(const listing *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(l->at[i].kind, l->at[n].kind) == 0)
            return true;
    return false;
}

/* Heading and option for a kind of line. */
static const char *title_of(const char *kind)
{
    static const char *const titles[][2] = {
        {"decoder", "Video decoders"},
        {"encoder", "Video encoders (run --encoder NAME)"},
        {"hwaccel", "Hardware decoding (run --hwaccel NAME)"},
        {NULL, NULL},
    };
    for (int i = 0; titles[i][0]; i++)
        if (strcmp(kind, titles[i][0]) == 0)
            return titles[i][1];
    return kind;
}

static void add_rows(text *t, const listing *l)
{
    for (size_t i = 0; i < l->n; i++) {
        if (kind_before(l, i))
            continue;
        text_addf(t, "\n%s:\n", title_of(l->at[i].kind));
        for (size_t k = i; k < l->n; k++)
            if (strcmp(l->at[k].kind, l->at[i].kind) == 0)
                text_addf(t, "  %-20s %s\n", l->at[k].name, l->at[k].text);
    }
}

static void as_text(text *t, const stance_device *devices, size_t n, const listing *l)
{
    text_add(t, "Networks (run --engine ENGINE --device NAME):\n");
    for (size_t i = 0; i < n; i++)
        text_addf(t, "  %-10s %-9s %s\n", devices[i].engine, devices[i].name,
                  devices[i].text);
    add_rows(t, l);
    if (!l->all)
        text_add(t, "\nOnly the usual codecs are listed; --all lists every one.\n");
}

static void as_json(text *t, const stance_device *devices, size_t n, const listing *l)
{
    json_text j = {.pretty = true};
    json_open(&j, NULL, '{');
    json_open(&j, "devices", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "engine", devices[i].engine);
        json_string(&j, "name", devices[i].name);
        json_string(&j, "text", devices[i].text);
        json_close(&j, '{');
    }
    json_close(&j, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (kind_before(l, i))
            continue;
        json_open(&j, l->at[i].kind, '[');
        for (size_t k = i; k < l->n; k++) {
            if (strcmp(l->at[k].kind, l->at[i].kind) != 0)
                continue;
            json_open(&j, NULL, '{');
            json_string(&j, "name", l->at[k].name);
            json_string(&j, "text", l->at[k].text);
            json_close(&j, '{');
        }
        json_close(&j, '[');
    }
    json_close(&j, '{');
    text_add(t, j.text.data);
    text_add(t, "\n");
    free(j.text.data);
}

static int show(const cli_line *words, void *settings)
{
    const devices_settings *s = settings;
    (void)words;
    stance_device *devices = NULL;
    size_t n = 0;
    stance_error err;
    if (s->has) {
        int found = stance_device_check(s->has, &err);
        return found < 0 ? say_error("devices", &err) : 0;
    }
    int rc = stance_devices_list(&devices, &n, &err);
    if (rc < 0)
        return say_error("devices", &err);
    listing l = {.all = s->all || s->json};
    text out = {0};
    stance_codecs_list(add_line, &l);
    if (s->json)
        as_json(&out, devices, n, &l);
    else
        as_text(&out, devices, n, &l);
    int status = print_out(out.data);
    free(out.data);
    stance_devices_free(&devices, n);
    for (size_t i = 0; i < l.n; i++) {
        free(l.at[i].kind);
        free(l.at[i].name);
        free(l.at[i].text);
    }
    free(l.at);
    return status;
}

int cmd_devices(int argc, char **argv)
{
    devices_settings s = {0};
    return command_run(argc, argv, &s, show);
}
