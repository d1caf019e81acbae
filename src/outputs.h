/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_OUTPUTS_H
#define ST_OUTPUTS_H

#include "stance/run.h"

/* The sinks of one input, each opened and told in the order in which they were named;
 * what a run and a conversion have in common. */

/** Zero-initialise; st_outputs_close() in any case. */
typedef struct st_outputs {
    struct st_opened_sink {
        const stance_sink_class *class;
        void *self;
    } * at;
    size_t n;
    bool wants_picture, wants_truth; /**< some of them */
} st_outputs;

/** @param targets kept, as settings are @return 0, STANCE_ENOMEM, or a sink's error */
int st_outputs_open(st_outputs *outputs, const stance_output *targets, size_t n,
                    const stance_settings *settings, stance_error *err);
/** @param stream kept until close */
int st_outputs_begin(const st_outputs *outputs, const stance_stream *stream,
                     stance_error *err);
int st_outputs_events(const st_outputs *outputs, const stance_event *events, size_t n,
                      stance_error *err);
/** One result to each. @param halted asked while a sink holds the run; NULL: never
 * @return 0; STANCE_END: a sink ended it; or an error */
int st_outputs_frame(const st_outputs *outputs, const stance_result *result,
                     bool (*halted)(const void *user), const void *user,
                     stance_error *err);
int st_outputs_audio(const st_outputs *outputs, const struct st_packet *packet,
                     stance_error *err);
int st_outputs_end(const st_outputs *outputs, const stance_summary *summary,
                   stance_error *err);
/** Whether some of them want this frame's picture; each is asked, whatever the others
 * say. */
bool st_outputs_want_picture(const st_outputs *outputs, const stance_frame *frame);
void st_outputs_close(st_outputs *outputs);

#endif
