/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the report and the plot are made of: what was measured of each person (series.h),
 * and what they did. Room for both is bounded; what has no room is counted, and said.
 *
 * Who has no identity in a stream in which people have some is too unsure to be anybody,
 * and left out. Where one person at most is given, that person needs none.
 */
#include "sink/report_data.h"

#include <string.h>

#include "base/memory.h"
#include "base/status.h"

int st_report_check(const char *option, const stance_settings *settings,
                    const stance_stream *stream, stance_error *err)
{
    if (settings->analyse.analyse == 0)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected something to be measured, such as --analyse "
                       "angles,reps; found nothing",
                       option);
    return stream && stream->stills
               ? st_fail(err, STANCE_EINVAL,
                         "%s: expected moving pictures, found pictures without times "
                         "(--sequence gives them); --json writes what is measured in "
                         "each",
                         option)
               : 0;
}

void st_report_begin(st_report_data *data, const stance_stream *stream)
{
    data->stream = stream;
    st_series_init(&data->series, stream->measures, stream->n_measures);
}

int st_report_frame(st_report_data *data, const stance_result *result)
{
    const stance_stream *stream = data->stream;
    const stance_poses *poses = result->poses;
    bool nameless = false;
    int rc = 0;
    st_series_frame(&data->series, result->frame->pts_us);
    for (size_t i = 0; i < poses->n && rc == 0; i++) {
        int64_t id = poses->people[i].id;
        if (id > 0 || stream->single)
            rc = st_series_add(
                &data->series, id,
                result->analysis ? result->analysis + i * stream->n_measures : NULL);
        else
            nameless = true;
    }
    data->nameless += nameless;
    return rc;
}

/* One copy of each label; NULL: no memory, or too many. */
static const char *keep_label(st_report_data *data, const char *label)
{
    for (size_t i = 0; i < data->n_labels; i++)
        if (strcmp(data->labels[i], label) == 0)
            return data->labels[i];
    if (data->n_labels == ST_REPORT_LABELS)
        return "other";
    char *copy = st_strdup(label);
    if (copy)
        data->labels[data->n_labels++] = copy;
    return copy;
}

int st_report_event_add(st_report_data *data, const stance_event *event)
{
    if (event->kind != STANCE_EVENT_REP && event->kind != STANCE_EVENT_FALL &&
        event->kind != STANCE_EVENT_POSTURE)
        return 0;
    if (data->n_events == ST_REPORT_EVENTS) {
        data->events_left_out++;
        return 0;
    }
    if (data->n_events == data->events_capacity) {
        size_t capacity = data->events_capacity ? 2 * data->events_capacity : 64;
        st_report_event *more = st_realloc_array(data->events, capacity, sizeof(*more));
        if (!more)
            return STANCE_ENOMEM;
        data->events = more;
        data->events_capacity = capacity;
    }
    const char *label = event->label ? keep_label(data, event->label) : NULL;
    if (event->label && !label)
        return STANCE_ENOMEM;
    data->events[data->n_events++] = (st_report_event){.kind = event->kind,
                                                       .id = event->id,
                                                       .label = label,
                                                       .start_us = event->start_us,
                                                       .turn_us = event->turn_us,
                                                       .end_us = event->end_us,
                                                       .depth = event->depth};
    return 0;
}

void st_report_clear(st_report_data *data)
{
    st_series_clear(&data->series);
    for (size_t i = 0; i < data->n_labels; i++)
        st_free(data->labels[i]);
    st_free(data->events);
    *data = (st_report_data){0};
}
