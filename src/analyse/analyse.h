/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_ANALYSE_H
#define ST_ANALYSE_ANALYSE_H

#include "analyse/body.h"
#include "pose/event_list.h"
#include "stance/run.h"

/*
 * What people do: each analysis is one file that ends in a const st_analysis, named in
 * the array of analyse.c.
 */

/** The option rows of stance_analyse_settings, ended by a NULL name. */
extern const stance_option st_analyse_options[];

/* ---- an analysis ---- */

/** What is measured, in order. */
typedef struct st_measures {
    stance_measure *at;
    size_t n, capacity;
    bool failed; /**< there was no memory for one */
} st_measures;

/** Add a measure. @param name,unit,words static, or kept by who adds them
 * @return the measure, for `at` to be set; never NULL */
stance_measure *st_measures_add(st_measures *measures, const char *name, const char *unit,
                                int decimals);

/** What an analysis may look at. */
typedef struct st_look {
    const stance_analyse_settings *settings;
    const st_body *body;
    const stance_pose *pose;
    int people; /**< in the frame */
    st_moment moment;
    double t_s, step_s; /**< of the moment; since this person's last one, 0: the first */
    double leg, arm;    /**< pixels of a straight leg and arm (to the wrist) of this
                           person, as they were seen lately; NAN: not known */
    bool still;    /**< a picture, or somebody without identity: there is no before */
    float *values; /**< room for what the analysis measures, all NAN */
    st_event_list *events;
} st_look;

/** An event of the person who is looked at. */
stance_event st_look_event(const st_look *look, stance_event_kind kind,
                           const char *label);

typedef struct st_analysis {
    const char *name; /**< in --analyse */
    int bit;          /**< stance_analysis */
    /** What is the same for everybody. NULL: nothing. @param shared returned, close
     * @return 0, STANCE_EINVAL or STANCE_ENOMEM */
    int (*open)(void **shared, const stance_analyse_settings *settings,
                stance_error *err);
    void (*close)(void **shared);
    /** What it measures, ended by a NULL name; `analysis` and `at` are filled in by
     * others. NULL: `plan` says it */
    const stance_measure *measures;
    /** What it measures, where that depends on settings or the skeleton. */
    void (*plan)(void *shared, const stance_analyse_settings *settings,
                 const st_body_map *map, st_measures *measures);
    size_t size; /**< bytes kept of each person, zeroed when they are new */
    void (*look)(const void *shared, void *person, const st_look *look);
    /** They are not found in this frame; the moment is now. `body`, `pose` and `values`
     * are NULL, as below. NULL: nothing is done */
    void (*miss)(const void *shared, void *person, const st_look *look);
    /** They have left, or the input has ended: what lasted has ended. The moment is that
     * of their last frame. NULL: nothing lasts */
    void (*leave)(const void *shared, void *person, const st_look *look);
} st_analysis;

extern const st_analysis st_angles, st_ratios, st_reps, st_posture, st_fall, st_gait,
    st_activity;

/* ---- all of them ---- */

typedef struct st_analyses st_analyses;

/** Refuse what cannot be before an input is there. @return 0, STANCE_EINVAL or
 * STANCE_ENOMEM */
int st_analyses_check(const stance_analyse_settings *settings, stance_error *err);

/**
 * @param analyses    returned, st_analyses_close(); NULL where nothing is asked for
 * @param settings    kept
 * @param skeleton    of all poses
 * @param max_lost_us somebody unseen for longer has left
 */
int st_analyses_open(st_analyses **analyses, const stance_analyse_settings *settings,
                     const stance_skeleton *skeleton, int64_t max_lost_us,
                     stance_error *err);
void st_analyses_close(st_analyses **analyses);

/** What is measured; live until close. */
const stance_measure *st_analyses_measures(const st_analyses *analyses, size_t *n);

/**
 * Look at the people of the next frame.
 *
 * @param still  a picture by itself
 * @param values set to a number for each person and measure; good until the next call
 * @param events what is noticed is added
 * @return 0 or STANCE_ENOMEM
 */
int st_analyses_run(st_analyses *analyses, const stance_poses *poses,
                    const st_moment *moment, bool still, const float **values,
                    st_event_list *events);

/** The input has ended. @return 0 or STANCE_ENOMEM */
int st_analyses_end(st_analyses *analyses, st_event_list *events);

#endif
