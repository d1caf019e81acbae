/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of stance's JSON (docs/output.md, docs/schema/stance-1.schema.json): meta, a
 * frame, the summary. sink_json.c makes a document of them, sink_ndjson.c lines.
 *
 * File names are bytes, JSON is UTF-8: what is not UTF-8 in a name becomes U+FFFD.
 */
#include "sink/sink_json_parts.h"

#include <math.h>
#include <string.h>

#include "pose/poses.h"
#include "sink/utf8.h"

void st_json_about_init(st_json_about *about, const stance_stream *stream)
{
    *about = (st_json_about){.stream = stream,
                             .skeleton = stream->skeleton,
                             .model = stream->model,
                             .single = stream->single};
}

void st_json_write_ms(st_json_writer *w, const char *name, int64_t us)
{
    st_json_write_number(w, name, (double)us / 1000, 3);
}

static void write_name(st_json_writer *w, st_json_about *about, const char *member,
                       const char *bytes)
{
    about->text.length = 0;
    if (bytes)
        st_utf8_clean(&about->text, bytes);
    st_json_write_text(w, member, bytes ? about->text.text : NULL);
}

static void write_size(st_json_writer *w, const char *name, int pixels)
{
    if (pixels > 0)
        st_json_write_int(w, name, pixels);
    else
        st_json_write_null(w, name);
}

/* What "analysis" of a person may hold. */
static void write_measures(st_json_writer *w, const stance_stream *stream)
{
    st_json_begin_array(w, "measures", false);
    for (size_t i = 0; i < stream->n_measures; i++) {
        const stance_measure *m = &stream->measures[i];
        st_json_begin_object(w, NULL, true);
        st_json_write_text(w, "analysis", m->analysis);
        st_json_write_text(w, "name", m->name);
        if (*m->unit)
            st_json_write_text(w, "unit", m->unit);
        if (m->words) {
            st_json_begin_array(w, "words", true);
            for (size_t k = 0; m->words[k]; k++)
                st_json_write_text(w, NULL, m->words[k]);
            st_json_end_array(w);
        }
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

void st_json_write_meta(st_json_writer *w, st_json_about *about,
                        void (*place)(void *user, const char *name), void *user)
{
    const stance_stream *stream = about->stream;
    bool has_fps = !stream->stills && stream->fps_num > 0 && stream->fps_den > 0;
    st_json_begin_object(w, "meta", false);
    st_json_write_number(
        w, "fps", has_fps ? (double)stream->fps_num / stream->fps_den : (double)NAN, 3);
    write_size(w, "width", stream->width);
    write_size(w, "height", stream->height);
    if (place)
        place(user, "frame_count");
    else
        st_json_write_null(w, "frame_count");
    if (place && !stream->stills)
        place(user, "duration_ms");
    else
        st_json_write_null(w, "duration_ms");
    if (stream->stills)
        st_json_write_null(w, "start_ms");
    else
        st_json_write_ms(w, "start_ms", stream->start_us);
    st_json_write_int(w, "rotation_applied", stream->rotation_deg);
    write_name(w, about, "source", stream->source);
    write_name(w, about, "model", about->model);
    st_json_write_text(w, "skeleton", about->skeleton->name);
    st_json_write_text(w, "mode", about->single ? "single" : "multi");
    if (stream->n_measures > 0 && !about->truth)
        write_measures(w, stream);
    st_json_end_object(w);
}

void st_json_write_format(st_json_writer *w, const st_json_about *about)
{
    st_json_begin_array(w, "keypoint_format", true);
    for (size_t k = 0; k < about->skeleton->n_keypoints; k++)
        st_json_write_text(w, NULL, about->skeleton->names[k]);
    st_json_end_array(w);
}

static double unit(float score)
{
    return !(score > 0) ? 0 : score > 1 ? 1 : score;
}

/* Three numbers; metres to the millimetre. */
static void write_place_3d(st_json_writer *w, const char *name, const float at[3])
{
    st_json_begin_array(w, name, true);
    for (int i = 0; i < 3; i++)
        st_json_write_number(w, NULL, at[i], 3);
    st_json_end_array(w);
}

static void write_position(st_json_writer *w, const float at[3])
{
    bool finite = isfinite(at[0]) && isfinite(at[1]) && isfinite(at[2]);
    if (finite && (at[0] != 0 || at[1] != 0 || at[2] != 0))
        write_place_3d(w, "position", at);
}

static void write_visibility(st_json_writer *w, stance_visibility visibility)
{
    static const char *const names[] = {
        [STANCE_VISIBLE] = "visible",
        [STANCE_HIDDEN_BY_SELF] = "hidden-by-self",
        [STANCE_HIDDEN_BY_OTHERS] = "hidden-by-others",
        [STANCE_OUTSIDE] = "outside",
    };
    if (visibility != STANCE_VISIBILITY_UNKNOWN)
        st_json_write_text(w, "visibility", names[visibility]);
}

static void write_keypoints(st_json_writer *w, const stance_skeleton *skeleton,
                            const stance_pose *pose)
{
    st_json_begin_array(w, "keypoints", true);
    for (size_t k = 0; k < skeleton->n_keypoints; k++) {
        const stance_keypoint *point = &pose->keypoints[k];
        bool given =
            stance_keypoint_given(point) && isfinite(point->x) && isfinite(point->y);
        st_json_begin_object(w, NULL, true);
        st_json_write_text(w, "name", skeleton->names[k]);
        st_json_write_number(w, "x", given ? point->x : NAN, 2);
        st_json_write_number(w, "y", given ? point->y : NAN, 2);
        if (given && isfinite(point->z))
            st_json_write_number(w, "z", point->z, 4);
        st_json_write_number(w, "score", given ? unit(point->score) : 0, 4);
        if (st_pose_knows_world(skeleton, pose, point))
            write_place_3d(w, "world", point->world);
        write_visibility(w, point->visibility);
        if (given && isfinite(point->raw[0]) && isfinite(point->raw[1])) {
            st_json_begin_array(w, "raw", true);
            st_json_write_number(w, NULL, point->raw[0], 2);
            st_json_write_number(w, NULL, point->raw[1], 2);
            st_json_end_array(w);
        }
        if (point->interpolated)
            st_json_write_bool(w, "interpolated", true);
        if (point->swapped)
            st_json_write_bool(w, "swapped", true);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

/* What is known of a person, by analysis. @param values NULL: nothing is measured */
static void write_analysis(st_json_writer *w, const stance_stream *stream,
                           const float *values)
{
    const char *open = NULL; /* the analysis whose object is begun */
    if (!values)
        return;
    st_json_begin_object(w, "analysis", true);
    for (size_t i = 0; i < stream->n_measures; i++) {
        const stance_measure *m = &stream->measures[i];
        if (!isfinite(values[i]))
            continue;
        if (!open || strcmp(open, m->analysis) != 0) {
            if (open)
                st_json_end_object(w);
            st_json_begin_object(w, m->analysis, true);
            open = m->analysis;
        }
        if (m->words)
            st_json_write_text(w, m->name, m->words[(int)values[i]]);
        else
            st_json_write_number(w, m->name, (double)values[i], m->decimals);
    }
    if (open)
        st_json_end_object(w);
    st_json_end_object(w);
}

static void write_single(st_json_writer *w, const st_json_about *about,
                         const stance_poses *poses, const float *values)
{
    if (poses->n > 0) {
        st_json_write_number(w, "pose_score", unit(poses->people[0].score), 4);
        if (poses->people[0].id > 0)
            st_json_write_int(w, "id", poses->people[0].id);
        write_position(w, poses->people[0].position);
        write_keypoints(w, about->skeleton, &poses->people[0]);
        write_analysis(w, about->stream, values);
        return;
    }
    st_json_write_null(w, "pose_score");
    st_json_begin_array(w, "keypoints", true);
    st_json_end_array(w);
}

static void write_people(st_json_writer *w, const st_json_about *about,
                         const stance_poses *poses, const float *values)
{
    size_t n_values = about->stream->n_measures;
    st_json_begin_array(w, "people", true);
    for (size_t i = 0; i < poses->n; i++) {
        const stance_pose *pose = &poses->people[i];
        st_json_begin_object(w, NULL, true);
        if (pose->id > 0)
            st_json_write_int(w, "id", pose->id);
        else
            st_json_write_null(w, "id");
        st_json_write_number(w, "score", unit(pose->score), 4);
        st_json_begin_array(w, "box", true);
        for (int k = 0; k < 4; k++)
            st_json_write_number(w, NULL, isfinite(pose->box[k]) ? pose->box[k] : 0, 2);
        st_json_end_array(w);
        if (pose->interpolated)
            st_json_write_bool(w, "interpolated", true);
        write_position(w, pose->position);
        write_keypoints(w, about->skeleton, pose);
        write_analysis(w, about->stream, values ? values + i * n_values : NULL);
        st_json_end_object(w);
    }
    st_json_end_array(w);
}

void st_json_write_frame(st_json_writer *w, st_json_about *about,
                         const stance_result *result, const stance_poses *poses)
{
    const stance_frame *frame = result->frame;
    bool filled = about->single && poses->n > 0 && poses->people[0].interpolated;
    st_json_begin_object(w, NULL, true);
    st_json_write_int(w, "frame_index", frame->index);
    if (about->stream->stills)
        st_json_write_null(w, "timestamp_ms");
    else
        st_json_write_ms(w, "timestamp_ms", frame->pts_us);
    if (frame->file)
        write_name(w, about, "file", frame->file);
    if (result->interpolated || filled)
        st_json_write_bool(w, "interpolated", true);
    /* Of the people that were found; the truth is somebody else's list. */
    const float *values = about->truth ? NULL : result->analysis;
    if (about->single)
        write_single(w, about, poses, values);
    else
        write_people(w, about, poses, values);
    st_json_end_object(w);
}

void st_json_write_summary(st_json_writer *w, const st_json_about *about,
                           const stance_summary *summary)
{
    st_json_begin_object(w, "summary", false);
    st_json_write_int(w, "frames_in", summary->frames_in);
    st_json_write_int(w, "frames_out", summary->frames_out);
    st_json_write_int(w, "dropped", summary->dropped);
    st_json_write_int(w, "skipped", summary->skipped);
    st_json_write_int(w, "lost", summary->lost);
    st_json_write_int(w, "decode_errors", summary->decode_errors);
    st_json_write_int(w, "interpolated", summary->interpolated);
    st_json_write_int(w, "repaired_times", summary->repaired_times);
    if (summary->people_seen > 0)
        st_json_write_int(w, "people_seen", summary->people_seen);
    if (about->stream->stills)
        st_json_write_null(w, "duration_ms");
    else
        st_json_write_ms(w, "duration_ms", summary->duration_us);
    st_json_write_bool(w, "complete", summary->complete);
    st_json_end_object(w);
}
