/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of sources, and the options that all of them share.
 *
 * The first class that takes an input opens it; source_av.c takes whatever is left, so it
 * stands last.
 */
#include "source/source.h"

#include <math.h>

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
     .help = "treat the input as live"},
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
    {0},
};

static const st_source_class *const classes[] = {&st_source_mannequin, &st_source_images,
                                                 &st_source_av};

struct st_source {
    const st_source_class *class;
    void *self;
};

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
    const stance_source_settings *s = request->settings;
    if (!isnan(s->start_s) && !isnan(s->end_s) && s->end_s <= s->start_s)
        return st_fail(err, STANCE_EINVAL, "--end %g: expected a time after --start %g",
                       s->end_s, s->start_s);
    st_source *source = st_alloc(sizeof(*source));
    void *self = st_alloc(class->size);
    if (!source || !self) {
        st_free(source);
        st_free(self);
        return st_fail_memory(err);
    }
    *source = (st_source){class, self};
    *stream = (stance_stream){.source = request->inputs[0],
                              .sar_den = 1,
                              .fps_den = 1,
                              .time_num = 1,
                              .time_den = 1000000,
                              .duration_us = -1,
                              .n_frames = -1,
                              .clock_us = -1};
    int rc = class->open(self, request, stream, err);
    if (rc < 0)
        st_source_close(&source);
    else if (class->events)
        stream->events = class->events(self, &stream->n_events);
    *out = source;
    return rc;
}

int st_source_read(st_source *source, st_source_item *item, stance_error *err)
{
    return source->class->read(source->self, item, err);
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
