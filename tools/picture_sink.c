/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sink of the program's own: each annotated picture goes to the name that its job has
 * for it, so that a folder of outputs keeps the inputs' sub-folders.
 *
 * It opens the library's picture sink once for every picture, which writes one file, and
 * only completes it when that picture is done.
 */
#include <stdlib.h>
#include <string.h>

#include "jobs.h"

typedef struct placed {
    const job *job;
    const stance_settings *settings;
    const stance_sink_class *one; /* the library's sink for one picture */
    const stance_stream *stream;
    size_t next; /* where the next picture is looked for first */
} placed;

/* The target is not a path but the job itself. */
static int placed_open(void *self, const char *target, const stance_settings *settings,
                       stance_error *err)
{
    placed *p = self;
    p->job = (const job *)(const void *)target;
    p->settings = settings;
    p->one = stance_sink_find("picture");
    if (!p->one)
        return fail(err, STANCE_EINVAL, "this build of stance cannot write pictures");
    return 0;
}

static int placed_begin(void *self, const stance_stream *stream, stance_error *err)
{
    (void)err;
    ((placed *)self)->stream = stream;
    return 0;
}

/* Pictures come in the order of the inputs, but broken ones are missing. */
static const char *target_of(placed *p, const char *file)
{
    const job *j = p->job;
    if (j->pictures.n == 1) /* whatever it is called: --name */
        return j->pictures.at[0];
    if (!file)
        return NULL;
    for (size_t k = 0; k < j->inputs.n; k++) {
        size_t i = (p->next + k) % j->inputs.n;
        if (strcmp(j->inputs.at[i], file) == 0) {
            p->next = i + 1;
            return j->pictures.at[i];
        }
    }
    return NULL;
}

static int placed_frame(void *self, const stance_result *result, stance_error *err)
{
    placed *p = self;
    const stance_sink_class *one = p->one;
    const char *target = target_of(p, result->frame->file);
    if (!target)
        return fail(err, STANCE_EOUTPUT, "%s: expected one of the pictures given",
                    result->frame->file ? result->frame->file : "(no name)");
    stance_summary summary = {.frames_in = 1, .frames_out = 1, .complete = true};
    void *inner = must_alloc(1, one->size);
    int rc = one->open ? one->open(inner, target, p->settings, err) : 0;
    if (rc == 0 && one->begin)
        rc = one->begin(inner, p->stream, err);
    if (rc == 0 && one->frame)
        rc = one->frame(inner, result, err);
    if (rc == 0 && one->end)
        rc = one->end(inner, &summary, err);
    if (one->close)
        one->close(inner);
    free(inner);
    return rc;
}

const stance_sink_class placed_pictures_sink = {
    .name = "pictures",
    .help = "annotated pictures, each under its own name",
    .size = sizeof(placed),
    .wants_picture = true,
    .open = placed_open,
    .begin = placed_begin,
    .frame = placed_frame,
};
