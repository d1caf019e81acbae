/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_SERIES_H
#define ST_SINK_SERIES_H

#include "stance/analysis.h"

/* What was measured of people over time, in bounded room. */

enum {
    ST_SERIES_SLOTS = 2048,      /**< of a person, even: then two become one */
    ST_SERIES_PEOPLE = 50,       /**< of whom something is kept */
    ST_SERIES_BRIEF = 30,        /**< frames: who was there for less makes room */
    ST_SERIES_LEFT_OUT = 100000, /**< people that are counted */
};

/** A few frames' values of one measure; NAN in all three: not known in any of them. */
typedef struct st_slot {
    float first; /**< the first known one */
    float low, high;
} st_slot;

/** One measure of a person, as a whole. */
typedef struct st_series {
    int64_t n_known; /**< frames */
    float low, high, last;
    int64_t *n_words; /**< of each word: frames; NULL: a number */
} st_series;

typedef struct st_person_series {
    int64_t id;
    int64_t n_frames;                /**< in which the person was there */
    int64_t start_us, end_us;        /**< the first and the last of them */
    int64_t first_frame, last_frame; /**< numbers, counted by st_series_frame() */
    int64_t per;                     /**< frames that a slot stands for */
    size_t n_slots, capacity;
    int64_t *times; /**< of each slot: its first frame with the person; INT64_MIN: none */
    st_slot *slots; /**< slot by slot, in it the measures */
    st_series *measures;
} st_person_series;

typedef struct st_series_set {
    const stance_measure *measures; /**< borrowed */
    size_t n_measures;
    int64_t n_frames, now_us;
    st_person_series **people; /**< in order of id */
    size_t n_people;
    int64_t *left_out; /**< ids of others, in order */
    size_t n_left_out, left_out_capacity;
} st_series_set;

/** What a measure comes to; NAN: never known. */
typedef struct st_series_sum {
    double median, p5, p95, low, high, last;
    double known; /**< share of the person's frames, 0 to 1 */
} st_series_sum;

/** @param measures kept */
void st_series_init(st_series_set *set, const stance_measure *measures,
                    size_t n_measures);
/** The next frame is this one. */
void st_series_frame(st_series_set *set, int64_t pts_us);
/** What was measured of somebody in it. @param values n_measures; NULL: nothing
 * @return 0 or STANCE_ENOMEM */
int st_series_add(st_series_set *set, int64_t id, const float *values);
/** NULL: not kept. */
const st_person_series *st_series_find(const st_series_set *set, int64_t id);
void st_series_clear(st_series_set *set);

/**
 * What measure `m` comes to. The least, the most and the last are of all frames; median
 * and percentiles too, until a slot stands for several frames: then of the first known
 * value of each slot.
 *
 * @return 0 or STANCE_ENOMEM
 */
int st_series_sum_up(const st_series_set *set, const st_person_series *p, size_t m,
                     st_series_sum *sum);

#endif
