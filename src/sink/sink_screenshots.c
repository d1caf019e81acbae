/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Screenshots: now and then an annotated picture, into a folder.
 *
 * The first frame is one, then the first frame of each further step of stream time, or
 * every N-th. Only those are drawn, where nothing else wants pictures. Names sort in the
 * order of time and say it: walk_000h01m05.200s.png. A camera begins at 0 each time it is
 * run, so that of live input it is the clock's, UTC: camera-0_20260131T235901.200Z.png.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "sink/av_picture_file.h"
#include "sink/sink.h"

#define OWN(field) offsetof(stance_screenshot_settings, field)

static const stance_choice formats[] = {
    {"png", STANCE_SCREENSHOT_PNG, "without loss"},
    {"jpg", STANCE_SCREENSHOT_JPEG, "smaller"},
    {0},
};

const stance_option st_screenshot_options[] = {
    {.name = "every-s",
     .type = STANCE_OPTION_NUMBER,
     .offset = OWN(every_s),
     .min = 0.001,
     .max = 1e7,
     .unit = "s",
     .help = "with --screenshots: seconds of stream time from one to the next (not "
             "given: 10)"},
    {.name = "every-frames",
     .type = STANCE_OPTION_INT,
     .offset = OWN(every_frames),
     .preset = "0",
     .min = 0,
     .max = 1e15,
     .value_name = "N",
     .help = "with --screenshots: every N-th frame instead; 0: by time"},
    {.name = "screenshot-format",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(format),
     .preset = "png",
     .choices = formats,
     .help = "kind of picture that screenshots are"},
    {0},
};

typedef struct screenshots {
    const char *folder, *ending;
    const stance_settings *settings;
    const stance_stream *stream;
    int64_t every_us, every_frames; /* one of them; 0: not this one */
    int64_t n_frames, n_taken, next_us;
    bool now; /* the frame at hand is one */
    st_av_convert convert;
} screenshots;

/* @param stream NULL: not known yet */
static int check(const char *target, const stance_settings *settings,
                 const stance_stream *stream, stance_error *err)
{
    const stance_screenshot_settings *own = &settings->screenshots;
    (void)target;
    if (isfinite(own->every_s) && own->every_frames > 0)
        return st_fail(err, STANCE_EINVAL,
                       "--every-s and --every-frames: expected one of them, found both");
    return stream && stream->stills
               ? st_fail(err, STANCE_EINVAL,
                         "%s: screenshots are taken of moving pictures; -o FOLDER writes "
                         "annotated pictures",
                         stream->source)
               : 0;
}

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    screenshots *s = self;
    const stance_screenshot_settings *own = &settings->screenshots;
    bool by_time = isfinite(own->every_s);
    s->settings = settings;
    s->folder = target;
    s->ending = own->format == STANCE_SCREENSHOT_JPEG ? ".jpg" : ".png";
    s->every_frames = own->every_frames;
    if (s->every_frames == 0)
        s->every_us =
            llround((by_time ? own->every_s : STANCE_SCREENSHOTS_EVERY_S) * 1e6);
    s->next_us = INT64_MIN;
    int rc = st_av_picture_check(s->ending[1] == 'p' ? "x.png" : "x.jpg", err);
    return rc < 0 ? rc : st_make_folders(target, err);
}

static int begin(void *self, const stance_stream *stream, stance_error *err)
{
    screenshots *s = self;
    s->stream = stream;
    return check(s->folder, s->settings, stream, err);
}

static bool wants(void *self, const stance_frame *frame)
{
    screenshots *s = self;
    s->now = s->every_frames > 0 ? s->n_frames % s->every_frames == 0
                                 : frame->pts_us >= s->next_us;
    s->n_frames++;
    if (s->now && s->every_us > 0) {
        int64_t steps = frame->pts_us / s->every_us - (frame->pts_us < 0);
        s->next_us = (steps + 1) * s->every_us;
    }
    return s->now;
}

/* By the clock where the input is live, else by the stream. */
static void name_time(const stance_stream *stream, const stance_frame *frame,
                      char text[64])
{
    int64_t ms = frame->pts_us > 0 ? frame->pts_us / 1000 : 0;
    int64_t clock_ms = stream->clock_us / 1000 + ms;
    time_t seconds = (time_t)(clock_ms / 1000);
    struct tm utc;
    if (stream->live && stream->clock_us >= 0 && gmtime_r(&seconds, &utc)) {
        size_t n = strftime(text, 64, "%Y%m%dT%H%M%S", &utc);
        snprintf(text + n, 64 - n, ".%03dZ", (int)(clock_ms % 1000));
    } else {
        snprintf(text, 64, "%03lldh%02dm%02d.%03ds", (long long)(ms / 3600000),
                 (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    }
}

/* FOLDER/walk_000h01m05.200s.png; st_free(). */
static char *name_of(const screenshots *s, const stance_frame *frame)
{
    char plain[200], when[64];
    const char *name = st_path_name(s->stream->source);
    size_t n = (size_t)(st_path_ending(name) - name), i = 0;
    for (; i < n && i + 1 < sizeof(plain); i++) /* "mannequin:walk?people=2", a URL */
        plain[i] = (char)(strchr(":?*|<>\\\"&", name[i]) ? '-' : name[i]);
    plain[i] = '\0';
    name_time(s->stream, frame, when);
    char *file = st_format("%s%s%s%s", plain, *plain ? "_" : "", when, s->ending);
    char *path = file ? st_path_join(s->folder, file) : NULL;
    st_free(file);
    return path;
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    screenshots *s = self;
    if (!s->now)
        return 0;
    char *path = name_of(s, result->frame);
    int rc = path ? st_av_picture_save(&s->convert, result->picture, path, err)
                  : st_fail_memory(err);
    s->n_taken += rc == 0;
    st_free(path);
    return rc;
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    const screenshots *s = self;
    (void)summary;
    (void)err;
    st_log(STANCE_LOG_INFO, "sink", "%s: %lld screenshots", s->folder,
           (long long)s->n_taken);
    return 0;
}

static void close_sink(void *self)
{
    st_av_convert_clear(&((screenshots *)self)->convert);
}

const stance_sink_class st_sink_screenshots = {
    .name = "screenshots",
    .help = "now and then an annotated picture, into a folder",
    .size = sizeof(screenshots),
    .wants_picture = true,
    .check = check,
    .open = open_sink,
    .wants = wants,
    .begin = begin,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
