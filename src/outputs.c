/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sinks of one input from open to close; run.h says what each call means to a sink.
 */
#include "outputs.h"

#include "base/memory.h"
#include "base/status.h"

int st_outputs_open(st_outputs *o, const stance_output *targets, size_t n,
                    const stance_settings *settings, stance_error *err)
{
    o->at = st_alloc_array(n ? n : 1, sizeof(*o->at));
    if (!o->at)
        return st_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const stance_sink_class *class = targets[i].sink;
        void *self = st_alloc(class->size);
        if (!self)
            return st_fail_memory(err);
        o->at[o->n++] = (struct st_opened_sink){class, self};
        o->wants_picture |= class->wants_picture;
        o->wants_truth |= class->wants_truth;
        int rc = class->check ? class->check(targets[i].target, settings, NULL, err) : 0;
        if (rc == 0 && class->open)
            rc = class->open(self, targets[i].target, settings, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int st_outputs_begin(const st_outputs *o, const stance_stream *stream, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < o->n && rc == 0; i++)
        if (o->at[i].class->begin)
            rc = o->at[i].class->begin(o->at[i].self, stream, err);
    return rc;
}

int st_outputs_events(const st_outputs *o, const stance_event *events, size_t n,
                      stance_error *err)
{
    int rc = 0;
    for (size_t e = 0; e < n; e++)
        for (size_t i = 0; i < o->n && rc == 0; i++)
            if (o->at[i].class->event)
                rc = o->at[i].class->event(o->at[i].self, &events[e], err);
    return rc;
}

/* A sink that holds the run (a window that was paused) is asked again with the same
 * frame, so that stopping is seen meanwhile. */
int st_outputs_frame(const st_outputs *o, const stance_result *result,
                     bool (*halted)(const void *user), const void *user,
                     stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < o->n && rc == 0; i++) {
        if (!o->at[i].class->frame)
            continue;
        do
            rc = o->at[i].class->frame(o->at[i].self, result, err);
        while (rc == STANCE_AGAIN && !(halted && halted(user)));
        rc = rc == STANCE_AGAIN ? 0 : rc;
    }
    return rc;
}

int st_outputs_audio(const st_outputs *o, const struct st_packet *packet,
                     stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < o->n && rc == 0; i++)
        if (o->at[i].class->audio)
            rc = o->at[i].class->audio(o->at[i].self, packet, err);
    return rc;
}

int st_outputs_end(const st_outputs *o, const stance_summary *summary, stance_error *err)
{
    int rc = 0;
    for (size_t i = 0; i < o->n && rc == 0; i++)
        if (o->at[i].class->end)
            rc = o->at[i].class->end(o->at[i].self, summary, err);
    return rc;
}

bool st_outputs_want_picture(const st_outputs *o, const stance_frame *frame)
{
    bool wanted = false;
    for (size_t i = 0; i < o->n; i++) {
        const stance_sink_class *class = o->at[i].class;
        if (class->wants_picture)
            wanted |= !class->wants || class->wants(o->at[i].self, frame);
    }
    return wanted;
}

void st_outputs_close(st_outputs *o)
{
    for (size_t i = 0; i < o->n; i++) {
        if (o->at[i].class->close)
            o->at[i].class->close(o->at[i].self);
        st_free(o->at[i].self);
    }
    st_free(o->at);
    *o = (st_outputs){0};
}
