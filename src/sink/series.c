/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was measured of people over time, for the report and the plot; last stage of the
 * flow.
 *
 * Time since a person came is cut into slots of as many frames each, in which the person
 * may be missing. When all slots are taken, each two become one with the least and the
 * most of both: an hour takes as much room as a minute, and no peak is lost. The first
 * known value of a slot is kept as well. These are values of every n-th frame, and make
 * up the percentiles.
 *
 * Of more than ST_SERIES_PEOPLE people those who came first are kept, but for those who
 * were gone at once. Others are counted.
 */
#include "sink/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void st_series_init(st_series_set *set, const stance_measure *measures, size_t n_measures)
{
    *set = (st_series_set){.measures = measures, .n_measures = n_measures};
}

static size_t count_words(const stance_measure *measure)
{
    size_t n = 0;
    while (measure->words && measure->words[n])
        n++;
    return n;
}

/* ---- people ---- */

static void free_person(st_person_series *p, size_t n_measures)
{
    for (size_t m = 0; p->measures && m < n_measures; m++)
        st_free(p->measures[m].n_words);
    st_free(p->measures);
    st_free(p->slots);
    st_free(p->times);
    st_free(p);
}

static st_person_series *new_person(const st_series_set *set, int64_t id)
{
    st_person_series *p = st_alloc(sizeof(*p));
    bool good = p != NULL;
    if (p) {
        *p = (st_person_series){.id = id,
                                .per = 1,
                                .start_us = set->now_us,
                                .first_frame = set->n_frames,
                                .last_frame = set->n_frames};
        p->measures = st_alloc_array(set->n_measures + 1, sizeof(*p->measures));
        good = p->measures != NULL;
    }
    for (size_t m = 0; good && m < set->n_measures; m++) {
        size_t n = count_words(&set->measures[m]);
        p->measures[m] = (st_series){.low = NAN, .high = NAN, .last = NAN};
        if (n > 0)
            p->measures[m].n_words = st_alloc_array(n, sizeof(int64_t));
        good = n == 0 || p->measures[m].n_words;
    }
    if (!good && p) {
        free_person(p, set->n_measures);
        p = NULL;
    }
    return p;
}

/* The place of an id among people, or where it would be. */
static size_t place_of(const st_series_set *set, int64_t id)
{
    size_t i = set->n_people;
    while (i > 0 && set->people[i - 1]->id >= id)
        i--;
    return i;
}

const st_person_series *st_series_find(const st_series_set *set, int64_t id)
{
    size_t i = place_of(set, id);
    return i < set->n_people && set->people[i]->id == id ? set->people[i] : NULL;
}

static void drop_person(st_series_set *set, size_t i)
{
    free_person(set->people[i], set->n_measures);
    set->n_people--;
    memmove(set->people + i, set->people + i + 1,
            (set->n_people - i) * sizeof(*set->people));
}

/* ---- who is only counted ---- */

static size_t place_left_out(const st_series_set *set, int64_t id)
{
    size_t low = 0, high = set->n_left_out;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (set->left_out[mid] < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_left_out(const st_series_set *set, int64_t id)
{
    size_t i = place_left_out(set, id);
    return i < set->n_left_out && set->left_out[i] == id;
}

static int leave_out(st_series_set *set, int64_t id)
{
    size_t i = place_left_out(set, id);
    if (is_left_out(set, id) || set->n_left_out == ST_SERIES_LEFT_OUT)
        return 0;
    if (set->n_left_out == set->left_out_capacity) {
        size_t capacity = set->left_out_capacity ? 2 * set->left_out_capacity : 64;
        int64_t *more = st_realloc_array(set->left_out, capacity, sizeof(*more));
        if (!more)
            return STANCE_ENOMEM;
        set->left_out = more;
        set->left_out_capacity = capacity;
    }
    memmove(set->left_out + i + 1, set->left_out + i,
            (set->n_left_out - i) * sizeof(*set->left_out));
    set->left_out[i] = id;
    set->n_left_out++;
    return 0;
}

/* Who was there the shortest, is gone, and was there only for a moment, is dropped.
 * @return false: there is no such person */
static bool make_room(st_series_set *set, int *rc)
{
    size_t least = set->n_people;
    for (size_t i = 0; i < set->n_people; i++) {
        const st_person_series *p = set->people[i];
        if (p->n_frames < ST_SERIES_BRIEF && p->last_frame + 1 < set->n_frames &&
            (least == set->n_people || p->n_frames < set->people[least]->n_frames))
            least = i;
    }
    if (least == set->n_people)
        return false;
    *rc = leave_out(set, set->people[least]->id);
    drop_person(set, least);
    return true;
}

/* @return NULL: not kept, or an error in rc */
static st_person_series *person_of(st_series_set *set, int64_t id, int *rc)
{
    size_t i = place_of(set, id);
    *rc = 0;
    if (i < set->n_people && set->people[i]->id == id)
        return set->people[i];
    if (is_left_out(set, id))
        return NULL;
    if (set->n_people == ST_SERIES_PEOPLE && !make_room(set, rc)) {
        *rc = leave_out(set, id);
        return NULL;
    }
    if (!set->people)
        set->people = st_alloc_array(ST_SERIES_PEOPLE, sizeof(*set->people));
    st_person_series *p = *rc == 0 && set->people ? new_person(set, id) : NULL;
    if (!p) {
        *rc = STANCE_ENOMEM;
        return NULL;
    }
    i = place_of(set, id);
    memmove(set->people + i + 1, set->people + i,
            (set->n_people - i) * sizeof(*set->people));
    set->people[i] = p;
    set->n_people++;
    return p;
}

/* ---- slots ---- */

static void widen(st_slot *slot, const st_slot *by)
{
    if (isnan(by->first))
        return;
    if (isnan(slot->first)) {
        *slot = *by;
        return;
    }
    slot->low = fminf(slot->low, by->low);
    slot->high = fmaxf(slot->high, by->high);
}

static void halve(st_person_series *p, size_t n_measures)
{
    size_t half = (p->n_slots + 1) / 2;
    for (size_t i = 0; i < half; i++) {
        const st_slot *from = p->slots + 2 * i * n_measures;
        bool two = 2 * i + 1 < p->n_slots;
        for (size_t m = 0; m < n_measures; m++) {
            st_slot slot = from[m];
            if (two)
                widen(&slot, &from[n_measures + m]);
            p->slots[i * n_measures + m] = slot;
        }
        p->times[i] =
            p->times[2 * i] == INT64_MIN && two ? p->times[2 * i + 1] : p->times[2 * i];
    }
    p->n_slots = half;
    p->per *= 2;
}

static int grow(st_person_series *p, size_t n_slots, size_t n_measures)
{
    if (n_slots <= p->capacity)
        return 0;
    size_t capacity = p->capacity ? 2 * p->capacity : 64;
    while (capacity < n_slots)
        capacity *= 2;
    int64_t *times = st_realloc_array(p->times, capacity, sizeof(*times));
    if (!times)
        return STANCE_ENOMEM;
    p->times = times;
    st_slot *slots = st_realloc_array(p->slots, capacity * (n_measures ? n_measures : 1),
                                      sizeof(*slots));
    if (!slots)
        return STANCE_ENOMEM;
    p->slots = slots;
    p->capacity = capacity;
    return 0;
}

/* The slot of the frame at hand; those between are of nobody. NULL: no memory */
static st_slot *slot_now(const st_series_set *set, st_person_series *p)
{
    const st_slot unknown = {NAN, NAN, NAN};
    size_t n = set->n_measures, at;
    while ((at = (size_t)((set->n_frames - p->first_frame) / p->per)) >= ST_SERIES_SLOTS)
        halve(p, n);
    if (grow(p, at + 1, n) < 0)
        return NULL;
    for (; p->n_slots <= at; p->n_slots++) {
        p->times[p->n_slots] = INT64_MIN;
        for (size_t m = 0; m < n; m++)
            p->slots[p->n_slots * n + m] = unknown;
    }
    if (p->times[at] == INT64_MIN)
        p->times[at] = set->now_us;
    return p->slots + at * n;
}

/* ---- frames ---- */

void st_series_frame(st_series_set *set, int64_t pts_us)
{
    set->n_frames++;
    set->now_us = pts_us;
}

static void add_value(st_series *s, const stance_measure *measure, st_slot *slot,
                      float value)
{
    if (!isfinite(value))
        return;
    if (s->n_words) {
        if (value < 0 || (size_t)value >= count_words(measure))
            return;
        s->n_words[(size_t)value]++;
    }
    widen(slot, &(st_slot){value, value, value});
    s->low = s->n_known ? fminf(s->low, value) : value;
    s->high = s->n_known ? fmaxf(s->high, value) : value;
    s->last = value;
    s->n_known++;
}

int st_series_add(st_series_set *set, int64_t id, const float *values)
{
    int rc;
    st_person_series *p = person_of(set, id, &rc);
    if (!p)
        return rc;
    if (p->n_frames > 0 && p->last_frame == set->n_frames)
        return 0; /* twice in one frame: the first counts */
    st_slot *slots = slot_now(set, p);
    if (!slots)
        return STANCE_ENOMEM;
    p->n_frames++;
    p->last_frame = set->n_frames;
    p->end_us = set->now_us;
    for (size_t m = 0; values && m < set->n_measures; m++)
        add_value(&p->measures[m], &set->measures[m], &slots[m], values[m]);
    return 0;
}

void st_series_clear(st_series_set *set)
{
    for (size_t i = 0; i < set->n_people; i++)
        free_person(set->people[i], set->n_measures);
    st_free(set->people);
    st_free(set->left_out);
    *set = (st_series_set){0};
}

/* ---- what it comes to ---- */

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Between the two nearest of n sorted values. */
static double percentile(const float *values, size_t n, double share)
{
    double at = share * (double)(n - 1);
    size_t i = (size_t)at;
    double rest = at - (double)i;
    return i + 1 < n ? values[i] * (1 - rest) + values[i + 1] * rest : values[i];
}

int st_series_sum_up(const st_series_set *set, const st_person_series *p, size_t m,
                     st_series_sum *sum)
{
    const st_series *s = &p->measures[m];
    *sum = (st_series_sum){NAN, NAN, NAN, s->low, s->high, s->last, 0};
    if (s->n_known == 0)
        return 0;
    sum->known = (double)s->n_known / (double)p->n_frames;
    float *values = st_alloc_array(p->n_slots, sizeof(*values));
    size_t n = 0;
    if (!values)
        return STANCE_ENOMEM;
    for (size_t i = 0; i < p->n_slots; i++) {
        float value = p->slots[i * set->n_measures + m].first;
        if (!isnan(value))
            values[n++] = value;
    }
    qsort(values, n, sizeof(*values), compare_floats);
    sum->median = percentile(values, n, 0.5);
    sum->p5 = percentile(values, n, 0.05);
    sum->p95 = percentile(values, n, 0.95);
    st_free(values);
    return 0;
}
