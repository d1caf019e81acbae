/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_LOSS_H
#define ST_SINK_LOSS_H

#include "stance/run.h"

/* What a format has no place for, noticed while frames go by and said once. */

typedef enum st_holds {
    ST_HOLDS_POINTS = 1,
    ST_HOLDS_SCORES = 2,    /* of points */
    ST_HOLDS_DEPTH = 4,     /* z */
    ST_HOLDS_WORLD = 8,     /* metres */
    ST_HOLDS_POSITION = 16, /* of the person before the camera */
    ST_HOLDS_VISIBILITY = 32,
    ST_HOLDS_RAW = 64,    /* points before smoothing */
    ST_HOLDS_MARKS = 128, /* interpolated, swapped */
    ST_HOLDS_IDS = 256,
    ST_HOLDS_PEOPLE = 512, /* boxes and scores of people */
    ST_HOLDS_TIMES = 1024,
    ST_HOLDS_FILES = 2048,
    ST_HOLDS_ALL = 4095,
} st_holds;

typedef struct st_loss {
    const char *format; /**< as people call it */
    unsigned holds;     /**< st_holds bits */
    unsigned lost;      /**< private: what was met and has no place */
} st_loss;

void st_loss_look(st_loss *loss, const stance_stream *stream,
                  const stance_result *result);
/** At the end: one line in the log, where anything was lost. */
void st_loss_say(const st_loss *loss, const char *target);

#endif
