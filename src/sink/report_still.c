/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The picture in a report: a frame with many people who are seen well.
 *
 * Looked at are the first frame with somebody, that half a second later, then 1, 2, 4,
 * ... seconds later: a dozen in an hour. It is drawn here and not by the pipeline, as
 * that writes the times taken into the corner, which are others in each run. What is to
 * be unrecognisable is so here as well: with --background black there is no picture, and
 * --blur blurs.
 */
#include "sink/report_still.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "frame/frame.h"

enum { FIRST_WAIT_US = 500000, WIDEST = 1280 };

static const double BETTER = 0.05; /* by so much, or the earlier one stays */

void st_report_still_open(st_report_still *still, const stance_settings *settings)
{
    *still =
        (st_report_still){.settings = settings,
                          .none = settings->draw.background == STANCE_BACKGROUND_BLACK,
                          .draw_settings = settings->draw,
                          .worth = -1};
    still->draw_settings.overlay &= ~(STANCE_OVERLAY_TEXT | STANCE_OVERLAY_ORDER);
}

/* People count most, then how sure their points are, then how much is known of them. */
static double worth_of(const stance_stream *stream, const stance_result *result)
{
    double people = 0, scores = 0, known = 0;
    for (size_t i = 0; i < result->poses->n; i++) {
        const stance_pose *pose = &result->poses->people[i];
        if (pose->id <= 0 && !stream->single)
            continue;
        people++;
        for (size_t k = 0; k < stream->skeleton->n_keypoints; k++)
            if (isfinite(pose->keypoints[k].score))
                scores +=
                    pose->keypoints[k].score / (double)stream->skeleton->n_keypoints;
        for (size_t m = 0; result->analysis && m < stream->n_measures; m++)
            if (isfinite(result->analysis[i * stream->n_measures + m]))
                known += 1 / (double)stream->n_measures;
    }
    return people > 0 ? people + 0.6 * scores / people + 0.3 * known / people : 0;
}

static int take(st_report_still *still, const stance_stream *stream,
                const stance_result *result, stance_error *err)
{
    const stance_frame *from = result->frame;
    stance_frame *frame = stance_frame_new(from->width, from->height, from->format);
    int rc = frame ? 0 : st_fail_memory(err);
    if (!still->draw && rc == 0)
        still->draw = st_draw_new(&still->draw_settings);
    if (rc == 0) {
        st_frame_copy_props(frame, from);
        st_frame_copy_pixels(frame, from);
        const st_draw_text text = {.latency_ms = -1,
                                   .people = stream->single ? -1 : (int)result->poses->n,
                                   .measures = stream->measures,
                                   .n_measures = stream->n_measures,
                                   .analysis = result->analysis};
        if (!still->draw || st_draw_poses(still->draw, frame, result->poses, &text) < 0)
            rc = st_fail_memory(err);
    }
    if (rc == 0)
        rc = st_av_picture_base64(&still->convert, frame, stream->sar_num,
                                  stream->sar_den, WIDEST, &still->picture, err);
    still->pts_us = from->pts_us;
    stance_frame_unref(&frame);
    return rc;
}

int st_report_still_frame(st_report_still *still, const stance_stream *stream,
                          const stance_result *result, stance_error *err)
{
    const stance_frame *frame = result->frame;
    if (still->none || !frame->data[0] || st_frame_halvings(frame) > 0 ||
        (still->somebody && frame->pts_us < still->next_us))
        return 0;
    double worth = worth_of(stream, result);
    if (!(worth > 0))
        return 0;
    still->wait_us = still->somebody ? 2 * still->wait_us : FIRST_WAIT_US;
    still->next_us = frame->pts_us + still->wait_us;
    still->somebody = true;
    if (worth <= still->worth + BETTER)
        return 0;
    still->worth = worth;
    return take(still, stream, result, err);
}

void st_report_still_close(st_report_still *still)
{
    st_draw_free(&still->draw);
    st_av_convert_clear(&still->convert);
    st_free(still->picture.base64);
    still->picture.base64 = NULL;
}
