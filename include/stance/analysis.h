/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_ANALYSIS_H
#define STANCE_ANALYSIS_H

#include "stance/common.h"
#include "stance/option.h"

/*
 * What people do, made of their joints: settings of the analyses, and what their results
 * are made of.
 *
 * Each analysis says of each person in each frame some numbers, its *measures*. Which
 * there are is known before the first frame (stance_stream.measures); a frame then has
 * one number for each of them and each person (stance_result.analysis). What happens at a
 * time (a repetition, a fall) is an event as well.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** The analyses, as bits. */
typedef enum stance_analysis {
    STANCE_ANALYSE_ANGLES = 1,  /**< of joints and segments, and their speeds */
    STANCE_ANALYSE_RATIOS = 2,  /**< lengths of limbs, against the height or in metres */
    STANCE_ANALYSE_REPS = 4,    /**< repetitions of exercises */
    STANCE_ANALYSE_POSTURE = 8, /**< planks, squats and sitting: what to do better */
    STANCE_ANALYSE_FALL = 16,   /**< falls */
    STANCE_ANALYSE_GAIT = 32,   /**< steps, cadence, symmetry */
    STANCE_ANALYSE_ACTIVITY = 64, /**< standing, walking, sitting, lying, waving */
    STANCE_ANALYSE_ALL = 127,
} stance_analysis;

/** Where angles are measured. */
typedef enum stance_angle_space {
    STANCE_ANGLE_AUTO,  /**< in space where the network gives places in metres */
    STANCE_ANGLE_PLANE, /**< in the picture's plane */
    STANCE_ANGLE_SPACE, /**< in space; not known where there are no places in metres */
} stance_angle_space;

/** What is made of the joints. */
typedef struct stance_analyse_settings {
    int analyse;        /**< stance_analysis bits */
    double joint_score; /**< joints with a lower score are taken as not seen, 0 to 1 */
    int angle_space;    /**< stance_angle_space */
    double height_m;    /**< of everybody: lengths are told in metres; NAN: not known */
    char *scale;        /**< "X,Y X,Y METRES": two points of the picture, as far away as
                           the people, and what lies between them; NULL: not known */
    char *exercises;   /**< "squat,push-up" or files, joined by commas; NULL: all known */
    double fall_speed; /**< hips, downwards, in lengths of a leg a second */
    double fall_down_s; /**< down for so long: a fall is confirmed */
    void *reserved[4];
} stance_analyse_settings;

/** One thing that is measured of each person in each frame. */
typedef struct stance_measure {
    const char *analysis; /**< "angles", "reps", ... */
    const char *name;     /**< "left_knee"; with `analysis` it is the only one */
    const char *unit;     /**< "deg", "deg/s", "m", "s", "1/min"; "": a plain number */
    const char *const *words; /**< NULL: a number; else, ended by NULL: the number says
                                 which of these */
    int decimals;             /**< worth writing */
    int at[3]; /**< the keypoints of an angle, its corner in the middle; -1: no angle */
    bool stretched; /**< the angle is counted from the straight limb, not from at[0] */
} stance_measure;

#ifdef __cplusplus
}
#endif
#endif
