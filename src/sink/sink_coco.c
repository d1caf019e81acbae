/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COCO's results (docs/output.md), last stage of the flow: an array with an object for
 * each person found, written when the frame arrives. Evaluation tools read it.
 *
 * COCO numbers its pictures, and a file's name is its number with leading zeros:
 * 000000000139.jpg is image 139. Where a name is no number, and for video, the number of
 * the frame stands in its place. Its readers expect its 17 points, so poses of another
 * skeleton are converted. Where a network finds boxes only, they are results without
 * points, as detectors have them.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"
#include "eval/coco_result.h"
#include "sink/loss.h"
#include "sink/sink.h"
#include "sink/sink_json_file.h"

enum { DIGITS_MAX = 18 }; /* what an int64_t holds in any case */

typedef struct coco_sink {
    st_sink_json_file out;
    const stance_skeleton *layout; /* COCO's, or none where there are only boxes */
    stance_poses converted;
    double *points; /* of one person */
    const stance_stream *stream;
    st_loss loss;
} coco_sink;

static int coco_open(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    (void)settings;
    coco_sink *s = self;
    s->loss = (st_loss){.format = "COCO's form",
                        .holds = ST_HOLDS_POINTS | ST_HOLDS_SCORES | ST_HOLDS_PEOPLE |
                                 ST_HOLDS_FILES};
    return st_sink_json_open(&s->out, target, err);
}

static int coco_begin(void *self, const stance_stream *stream, stance_error *err)
{
    coco_sink *s = self;
    s->stream = stream;
    const stance_skeleton *coco = stance_skeleton_find("coco17");
    s->layout = stream->skeleton->n_keypoints > 0 ? coco : stream->skeleton;
    s->points = st_alloc_array(3 * coco->n_keypoints, sizeof(*s->points));
    if (!s->points)
        return st_fail_memory(err);
    errno = 0;
    st_json_begin_array(&s->out.w, NULL, false);
    return st_sink_json_check(&s->out, err);
}

static int64_t image_id(const stance_frame *frame)
{
    if (!frame->file)
        return frame->index;
    const char *name = st_path_name(frame->file);
    size_t n = (size_t)(st_path_ending(frame->file) - name);
    int64_t id = 0;
    if (n == 0 || n > DIGITS_MAX || strspn(name, "0123456789") != n)
        return frame->index;
    for (size_t i = 0; i < n; i++)
        id = 10 * id + (name[i] - '0');
    return id;
}

static int coco_frame(void *self, const stance_result *result, stance_error *err)
{
    coco_sink *s = self;
    const stance_poses *poses = result->poses;
    st_loss_look(&s->loss, s->stream, result);
    if (poses->n > 0 && s->layout != s->stream->skeleton) {
        if (stance_poses_convert(&s->converted, poses, s->layout) < 0)
            return st_fail_memory(err);
        poses = &s->converted;
    }
    errno = 0;
    for (size_t i = 0; i < poses->n; i++) {
        st_coco_result person;
        if (!st_coco_make(&person, s->layout, &poses->people[i], s->points) &&
            s->layout->n_keypoints > 0)
            continue;
        person.image_id = image_id(result->frame);
        st_coco_write(&s->out.w, &person);
    }
    return st_sink_json_check(&s->out, err);
}

static int coco_end(void *self, const stance_summary *summary, stance_error *err)
{
    (void)summary;
    coco_sink *s = self;
    st_loss_say(&s->loss, s->out.name);
    errno = 0;
    st_json_end_array(&s->out.w);
    return st_sink_json_commit(&s->out, err);
}

static void coco_close(void *self)
{
    coco_sink *s = self;
    st_sink_json_close(&s->out);
    stance_poses_clear(&s->converted);
    st_free(s->points);
}

const stance_sink_class st_sink_coco = {
    .name = "coco",
    .help = "poses as COCO's results, to a file or, with -, to standard output",
    .size = sizeof(coco_sink),
    .only_poses = true,
    .open = coco_open,
    .begin = coco_begin,
    .frame = coco_frame,
    .end = coco_end,
    .close = coco_close,
};
