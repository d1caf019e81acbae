/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_ANALYSE_EXERCISE_H
#define ST_ANALYSE_EXERCISE_H

#include "analyse/analyse.h"

/* What an exercise is: a number that is made of the body, goes from one value to another
 * and back. Those that are known stand in one table; others come from text files. */

enum { ST_EXERCISES_MOST = 16, ST_EXERCISE_NAME = 32, ST_EXERCISE_NEEDS = 8 };

/** The numbers that exercises can be made of. Heights are upwards, in lengths of a leg or
 * arm as they look straight; angles as --analyse angles has them, without a sign. */
typedef enum st_signal {
    ST_SIGNAL_KNEE,
    ST_SIGNAL_HIP,
    ST_SIGNAL_SHOULDER,
    ST_SIGNAL_ELBOW,
    ST_SIGNAL_HIP_HEIGHT,   /**< hips above the feet: 1 standing */
    ST_SIGNAL_HAND_HEIGHT,  /**< hands above the shoulders */
    ST_SIGNAL_CHEST_HEIGHT, /**< shoulders above the hands: 1 on straight arms */
    ST_SIGNAL_TRUNK_RISE,   /**< shoulders above the hips */
    ST_SIGNAL_CURL,         /**< the higher hand above its elbow */
    ST_SIGNALS
} st_signal;

/** Where in a repetition a position is asked about. */
typedef enum st_phase { ST_AT_REST, ST_GOING, ST_AT_TURN } st_phase;

typedef struct st_exercise {
    char name[ST_EXERCISE_NAME];
    st_signal signal;
    int side;               /**< ST_LEFT, ST_RIGHT; -1: both, or the one that is seen */
    double rest, turn;      /**< thresholds: at rest on this side of `rest`, turned beyond
                               `turn`; either may be the larger */
    double least_s, most_s; /**< how long a repetition takes */
    double hold_s;          /**< how long it may stay turned */
    int needs[ST_EXERCISE_NEEDS]; /**< spots, one side of each is enough unless `side`
                                     says which; -1 ends */
    int planted;                  /**< a spot that stays where it is; -1: none does */
    /** Whether the body is in a position for it; NULL: in any. */
    bool (*fits)(const st_look *look, st_phase phase);
} st_exercise;

/** The number now; NAN: not known. */
double st_signal_of(const st_exercise *exercise, const st_look *look);
/** Whether what it needs is seen. */
bool st_exercise_sees(const st_exercise *exercise, const st_body *body);

/**
 * The exercises of a list "squat,FILE,..."; NULL: all that are known.
 *
 * @param out room for ST_EXERCISES_MOST
 * @return how many, STANCE_EINVAL or STANCE_ENOMEM
 */
int st_exercises_read(st_exercise *out, const char *list, stance_error *err);

/** The exercise that a text file describes (docs/analysis.md).
 * @param name of the file, for errors @return 0 or STANCE_EINVAL */
int st_exercise_parse(st_exercise *out, const char *text, const char *name,
                      stance_error *err);

#endif
