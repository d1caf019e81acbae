/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_DECODE_H
#define ST_DECODE_H

#include "frame/sample.h"
#include "stance/pose.h"

/*
 * From a network's outputs to poses in input positions, one family a file, ending in a
 * const st_decoder_class. Plain C with libm: decoders see numbers and shapes, not
 * engines.
 */

/** One output as numbers. */
typedef struct st_output {
    const char *name;
    const float *data; /**< n values; other types were turned into float before */
    size_t n;
    size_t rank;
    int64_t dims[6]; /**< in check(): -1 where only a run tells; n is 0 then */
} st_output;

/** What a network's outputs are about. */
typedef struct st_decode_about {
    const stance_skeleton
        *skeleton;     /**< the points to fill, the decoder's extra ones last */
    int width, height; /**< pixels of the input */
} st_decode_about;

typedef struct st_decoder_class {
    const char *name, *help;
    bool several; /**< may find several people */
    bool boxes;   /**< people are boxes without points; the skeleton is st_skeleton_box */
    double min_score; /**< pose score from which somebody is there, where nobody says */
    size_t n_extra;   /**< points that it gives behind the skeleton's, for itself */
    const char *const *extra; /**< their names */
    /** Check shapes at opening, and again before a run where some were open until then.
     * STANCE_EMODEL with expected and found shapes. */
    int (*check)(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
                 stance_error *err);
    /**
     * Fill `poses` with x, y as fractions of the input's width and height (0 to 1 inside;
     * the caller maps them to source pixels) and scores in [0, 1]; decoders of boxes fill
     * those likewise. NaN from a network is an absent point.
     */
    int (*run)(const st_output *outputs, size_t n_outputs, const st_decode_about *about,
               stance_poses *poses);
    /**
     * Where a network for one person is to look, or to look again in the next frame.
     *
     * @param pose with the extra points, in source pixels
     * @return false: the pose does not tell. NULL: the box tells
     */
    bool (*view)(const stance_pose *pose, st_view *view);
} st_decoder_class;

extern const st_decoder_class st_decoder_movenet, st_decoder_openpose, st_decoder_posenet,
    st_decoder_heatmap, st_decoder_heatmap_dark, st_decoder_blazepose,
    st_decoder_blazepose_detector;
extern const st_decoder_class st_decoder_ssd, st_decoder_yolox, st_decoder_picodet,
    st_decoder_nanodet, st_decoder_fastestdet, st_decoder_mmdet;
extern const st_decoder_class st_decoder_simcc, st_decoder_yolo_pose, st_decoder_rtmo,
    st_decoder_movenet_multi;

/** A layout without points, for detectors. */
extern const stance_skeleton st_skeleton_box;

const st_decoder_class *st_decoder_find(const char *name);
const st_decoder_class *st_decoder_at(size_t n);

/** "expected ..., found 1x17x384, 1x17x512". @return STANCE_EMODEL */
int st_decode_fail_shapes(stance_error *err, const st_output *outputs, size_t n,
                          const char *expected, ...) STANCE_PRINTF(4, 5);

/* ---- MoveNet's crop: where to look in the next frame (decode_movenet.c) ---- */

/** A square of the source, in source pixels; may reach outside. */
typedef struct st_square {
    double x, y, side;
} st_square;

/** The square around the whole w x h picture (or region), centred: the crop at the start.
 */
st_square st_movenet_crop_whole(const double region[4]);

/**
 * The crop for the next frame, from the pose in this one: as published with MoveNet
 * (torso visible -> square around the hips, else whole).
 *
 * @param pose   17 keypoints in source pixels
 * @param region x, y, w, h of the source that is looked at
 * @param found  set to whether the crop follows the person (false: whole)
 */
st_square st_movenet_crop_next(const stance_pose *pose, const double region[4],
                               bool *found);

#endif
