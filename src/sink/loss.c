/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a format cannot hold is left out, and said: once, and only when there was some.
 */
#include "sink/loss.h"

#include <math.h>

#include "base/log.h"
#include "base/memory.h"
#include "pose/poses.h"

static const struct {
    unsigned bit;
    const char *words;
} names[] = {
    {ST_HOLDS_POINTS, "keypoints"},
    {ST_HOLDS_SCORES, "scores of keypoints"},
    {ST_HOLDS_DEPTH, "depth (z)"},
    {ST_HOLDS_WORLD, "places in metres"},
    {ST_HOLDS_POSITION, "places before the camera"},
    {ST_HOLDS_VISIBILITY, "what is hidden"},
    {ST_HOLDS_RAW, "keypoints before smoothing"},
    {ST_HOLDS_MARKS, "marks of what was filled in or exchanged"},
    {ST_HOLDS_IDS, "ids"},
    {ST_HOLDS_PEOPLE, "boxes and scores of people"},
    {ST_HOLDS_TIMES, "times"},
    {ST_HOLDS_FILES, "names of pictures"},
};

static unsigned look_at_point(const stance_keypoint *p)
{
    unsigned there = 0;
    if (stance_keypoint_given(p))
        there |= ST_HOLDS_POINTS | (p->score != 1 ? ST_HOLDS_SCORES : 0U);
    if (isfinite(p->z))
        there |= ST_HOLDS_DEPTH;
    if (p->visibility != STANCE_VISIBILITY_UNKNOWN)
        there |= ST_HOLDS_VISIBILITY;
    if (isfinite(p->raw[0]))
        there |= ST_HOLDS_RAW;
    return there | (p->swapped ? ST_HOLDS_MARKS : 0U);
}

static unsigned look_at_person(const stance_skeleton *skeleton, const stance_pose *pose)
{
    unsigned there = pose->score != 1 ? ST_HOLDS_PEOPLE : 0;
    if (pose->id > 0)
        there |= ST_HOLDS_IDS;
    if (pose->interpolated)
        there |= ST_HOLDS_MARKS;
    if (pose->position[0] != 0 || pose->position[1] != 0 || pose->position[2] != 0)
        there |= ST_HOLDS_POSITION;
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        there |= look_at_point(point);
        there |= st_pose_knows_world(skeleton, pose, point) ? ST_HOLDS_WORLD : 0U;
    }
    return there;
}

void st_loss_look(st_loss *loss, const stance_stream *stream, const stance_result *result)
{
    const stance_poses *poses = result->poses;
    unsigned there = (result->interpolated ? ST_HOLDS_MARKS : 0U) |
                     (result->frame->file ? ST_HOLDS_FILES : 0U) |
                     (stream->stills ? 0U : ST_HOLDS_TIMES);
    if ((loss->holds | loss->lost) == ST_HOLDS_ALL)
        return;
    for (size_t i = 0; i < poses->n; i++)
        there |= look_at_person(stream->skeleton, &poses->people[i]);
    loss->lost |= there & ~loss->holds;
}

void st_loss_say(const st_loss *loss, const char *target)
{
    st_text list = {0};
    unsigned left = loss->lost;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!(left & names[i].bit))
            continue;
        left &= ~names[i].bit;
        st_text_printf(&list, "%s%s",
                       list.length == 0 ? ""
                       : left           ? ", "
                                        : " and ",
                       names[i].words);
    }
    if (list.length > 0)
        st_log(STANCE_LOG_INFO, "sink", "%s: %s has no place for %s: left out", target,
               loss->format, list.text);
    st_text_clear(&list);
}
