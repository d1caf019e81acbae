/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of sources, and the options that all of them share.
 *
 * The first class that takes an input opens it; source_av.c takes whatever is left, so it
 * stands last.
 */
#include "source/source.h"

#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"

#define FIELD(name) offsetof(stance_source_settings, name)

static const stance_choice turns[] = {
    {"auto", -1, "as the file says"},
    {"0", 0, "as it is stored"},
    {"90", 90, "a quarter clockwise"},
    {"180", 180, "upside down"},
    {"270", 270, "a quarter counter-clockwise"},
    {0},
};

static const stance_choice lives[] = {
    {"auto", STANCE_LIVE_AUTO, "cameras and endless streams"},
    {"yes", STANCE_LIVE_YES, "the newest frame first, old ones are dropped and counted"},
    {"no", STANCE_LIVE_NO, "no frame is dropped"},
    {0},
};

static const stance_choice decodes[] = {
    {"exact", STANCE_DECODE_EXACT, "as the codec wants it"},
    {"rough", STANCE_DECODE_ROUGH, "with less work"},
    {0},
};

const stance_option st_source_options[] = {
    {.name = "start",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(start_s),
     .max = 1e7,
     .unit = "s",
     .help = "begin at this time, counted from the first frame"},
    {.name = "end",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(end_s),
     .max = 1e7,
     .unit = "s",
     .help = "end before this time"},
    {.name = "every",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(every),
     .preset = "1",
     .min = 1,
     .max = 1000000,
     .value_name = "N",
     .help = "take every N-th frame only"},
    {.name = "max-frames",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(max_frames),
     .preset = "0",
     .min = 0,
     .max = 1e15,
     .value_name = "N",
     .help = "end after so many frames; 0: all"},
    {.name = "rotate",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(rotate_deg),
     .preset = "auto",
     .choices = turns,
     .help = "turn the pictures clockwise, whatever the file says"},
    {.name = "live",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(live),
     .preset = "auto",
     .choices = lives,
     .help = "treat the input as live; a clip then comes at its own pace"},
    {.name = "loop",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(loop),
     .preset = "no",
     .help =
         "a clip begins again at its end, until the run is stopped; its sound is left "
         "out"},
    {.name = "decode",
     .type = STANCE_OPTION_CHOICE,
     .offset = FIELD(decode),
     .preset = "exact",
     .choices = decodes,
     .help =
         "rough: where only joints are wanted, decode videos without the loop filter, "
         "and large ones smaller where the codec can; joints differ"},
    {.name = "hwaccel",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(hwaccel),
     .preset = "none",
     .value_name = "NAME",
     .help = "decode by hardware: none, auto, vaapi, cuda, ...; see 'stance devices'"},
    {.name = "sequence",
     .type = STANCE_OPTION_NUMBER,
     .offset = FIELD(sequence_fps),
     .min = 0.001,
     .max = 1000,
     .unit = "frames/s",
     .value_name = "FPS",
     .help = "pictures given together are the frames of one clip"},
    {.name = "input-format",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(format),
     .value_name = "NAME",
     .help = "the container or device format of the input, where it cannot be found out"},
    {.name = "name",
     .type = STANCE_OPTION_STRING,
     .offset = FIELD(name),
     .value_name = "NAME",
     .help = "what results call the input, in place of where it lies"},
    {.name = "max-megapixels",
     .type = STANCE_OPTION_INT,
     .offset = FIELD(max_megapixels),
     .preset = "0",
     .min = 0,
     .max = 1e4,
     .help = "an input with larger pictures is refused; 0: any size"},
    {.name = "max-duration",
     .type = STANCE_OPTION_TIME,
     .offset = FIELD(max_duration_s),
     .preset = "0",
     .max = 1e9,
     .unit = "s",
     .help = "an input that is longer is refused; 0: any length"},
    {.name = "untrusted",
     .type = STANCE_OPTION_BOOL,
     .offset = FIELD(untrusted),
     .preset = "no",
     .help = "the input is a stranger's: only containers that cannot name other files or "
             "addresses, and of addresses only those of live streams"},
    {0},
};

static const st_source_class *const classes[] = {&st_source_mannequin, &st_source_images,
                                                 &st_source_av};

struct st_source {
    const st_source_class *class;
    void *self;
    const st_source_request *request;
};

int st_source_check_size(const st_source_request *r, int width, int height,
                         stance_error *err)
{
    int64_t most = r->settings->max_megapixels;
    if (most <= 0 || (int64_t)width * height <= most * 1000000)
        return 0;
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected pictures of at most %lld megapixels, found %dx%d",
                   r->inputs[0], (long long)most, width, height);
}

/* @param us of the stream, or of the last frame; below 0: not known */
static int check_length(const st_source_request *r, int64_t us, stance_error *err)
{
    double most = r->settings->max_duration_s;
    if (!(most > 0) || (double)us <= most * 1e6)
        return 0;
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected a length of at most %g s, found more", r->inputs[0],
                   most);
}

void st_source_wait(const st_source_request *request, int64_t until_us)
{
    enum { NAP_US = 20000 }; /* often enough for Ctrl-C */
    int64_t left_us;
    while (!atomic_load(request->stop) && (left_us = until_us - st_clock_us()) > 0)
        st_sleep_us(left_us < NAP_US ? left_us : NAP_US);
}

const char *st_source_name(const st_source_request *request)
{
    const char *name = request->settings->name;
    return name && *name && request->n_inputs == 1 ? name : request->inputs[0];
}

int st_source_check(const stance_source_settings *s, stance_error *err)
{
    if (!isnan(s->start_s) && !isnan(s->end_s) && s->end_s <= s->start_s)
        return st_fail(err, STANCE_EINVAL, "--end %g: expected a time after --start %g",
                       s->end_s, s->start_s);
    return 0;
}

int st_source_open(st_source **out, const st_source_request *request,
                   stance_stream *stream, stance_error *err)
{
    *out = NULL;
    st_av_start();
    const st_source_class *class = NULL;
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]) && !class; i++)
        if (classes[i]->takes(request))
            class = classes[i];
    if (!class)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected one video, or only pictures together",
                       request->inputs[0]);
    int rc = st_source_check(request->settings, err);
    if (rc < 0)
        return rc;
    st_source *source = st_alloc(sizeof(*source));
    void *self = st_alloc(class->size);
    if (!source || !self) {
        st_free(source);
        st_free(self);
        return st_fail_memory(err);
    }
    *source = (st_source){class, self, request};
    *stream = (stance_stream){.source = st_source_name(request),
                              .sar_den = 1,
                              .fps_den = 1,
                              .time_num = 1,
                              .time_den = 1000000,
                              .duration_us = -1,
                              .n_frames = -1,
                              .clock_us = -1};
    rc = class->open(self, request, stream, err);
    if (rc == 0)
        rc = st_source_check_size(request, stream->width, stream->height, err);
    if (rc == 0)
        rc = check_length(request, stream->duration_us, err);
    if (rc < 0)
        st_source_close(&source);
    else if (class->events)
        stream->events = class->events(self, &stream->n_events);
    *out = source;
    return rc;
}

int st_source_read(st_source *source, st_source_item *item, stance_error *err)
{
    int rc = source->class->read(source->self, item, err);
    const stance_frame *f = rc == 0 ? item->frame : NULL;
    if (f) /* what a file says of itself may be wrong, or change */
        rc = st_source_check_size(source->request, f->width, f->height, err);
    if (f && rc == 0)
        rc = check_length(source->request, f->pts_us, err);
    if (f && rc < 0)
        stance_frame_unref(&item->frame);
    return rc;
}

void st_source_get_counts(st_source *source, st_source_counts *counts)
{
    source->class->counts(source->self, counts);
}

bool st_source_knows_truth(const st_source *source)
{
    return source->class->truth != NULL;
}

int st_source_truth(st_source *source, int64_t index, stance_poses *poses)
{
    return source->class->truth(source->self, index, poses);
}

void st_source_close(st_source **out)
{
    st_source *source = *out;
    *out = NULL;
    if (!source)
        return;
    source->class->close(source->self);
    st_free(source->self);
    st_free(source);
}
