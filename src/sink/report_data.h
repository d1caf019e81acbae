/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_REPORT_DATA_H
#define ST_SINK_REPORT_DATA_H

#include "sink/chart.h"
#include "stance/run.h"

/* What the report and the plot are made of, gathered while a run goes on. */

enum {
    ST_REPORT_EVENTS = 20000, /**< kept; others are counted */
    ST_REPORT_LABELS = 64,    /**< names of exercises and postures */
};

typedef struct st_report_event {
    stance_event_kind kind;
    int64_t id;
    const char *label; /**< of the data's labels; NULL: none */
    int64_t start_us, turn_us, end_us;
    float depth;
} st_report_event;

typedef struct st_report_data {
    const stance_stream *stream;
    st_series_set series;
    st_report_event *events; /**< repetitions, falls, postures */
    size_t n_events, events_capacity;
    int64_t events_left_out;
    char *labels[ST_REPORT_LABELS];
    size_t n_labels;
    int64_t nameless; /**< frames with somebody who is nobody in particular */
} st_report_data;

/** That a report of this can be made. @param option "--report" @param stream NULL: not
 * known yet */
int st_report_check(const char *option, const stance_settings *settings,
                    const stance_stream *stream, stance_error *err);
void st_report_begin(st_report_data *data, const stance_stream *stream);
/** @return 0 or STANCE_ENOMEM */
int st_report_frame(st_report_data *data, const stance_result *result);
int st_report_event_add(st_report_data *data, const stance_event *event);
void st_report_clear(st_report_data *data);

#endif
