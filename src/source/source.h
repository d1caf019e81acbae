/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SOURCE_H
#define ST_SOURCE_H

#include <stdatomic.h>

#include "frame/frame.h"
#include "frame/packet.h"
#include "source/calm.h"
#include "stance/run.h"

/* Where pictures come from. One file per kind, ending in a const st_source_class. */

/** What a source has seen so far; see stance_summary for the meaning. */
typedef struct st_source_counts {
    int64_t frames_in, skipped, lost, decode_errors, repaired_times;
    int64_t end_us; /**< end of the last frame seen, from the first frame's start */
} st_source_counts;

/** One thing read: a frame, or a packet of sound; the other is NULL. Both are the
 * caller's. */
typedef struct st_source_item {
    stance_frame *frame;
    st_packet *packet;
    int64_t arrived_us; /**< live input: when the frame came in; 0: as it was read */
    int64_t waited_us;  /**< live input: for what came in, of the time reading took */
} st_source_item;

/** What a source is opened with. It and all it points to are kept until close. */
typedef struct st_source_request {
    const char *const *inputs; /**< one, or several pictures */
    size_t n_inputs;
    const stance_source_settings *settings;
    bool wants_audio;        /**< packets of sound are to be read */
    const atomic_bool *stop; /**< set: end soon; blocking reads look at it too */
    int decode_threads;      /**< 0: libav's choice */
    bool leaves_out; /**< frames may come without pixels (data[0] NULL) where `calm` is */
    bool rough;    /**< frames may be decoded less exactly, and shrunk (frame/frame.h) */
    st_calm *calm; /**< NULL: none does */
} st_source_request;

typedef struct st_source_class {
    const char *name, *help;
    size_t size; /**< private bytes, zeroed */
    /** True when the source reads such an input. The first class in the table that does
     * is used. */
    bool (*takes)(const st_source_request *request);
    /** Open and fill `stream` (strings and pointers in it live until close). The first
     * frame is decoded here, so that size, rotation and start are facts. STANCE_EINPUT,
     * STANCE_EINVAL, STANCE_ENOMEM. No picture in the input at all is STANCE_EINPUT. */
    int (*open)(void *self, const st_source_request *request, stance_stream *stream,
                stance_error *err);
    /** Read on. 0: `item` is filled; STANCE_END; STANCE_EINPUT when nothing more can be
     * had (frames so far stay valid). Frames have index, pts_us and duration_us set;
     * --start, --end,
     *  --every, --max-frames are applied and counted here. */
    int (*read)(void *self, st_source_item *item, stance_error *err);
    void (*counts)(void *self, st_source_counts *counts);
    /** Who really is in the frame of that index; NULL: the source does not know. 0 or
     * STANCE_ENOMEM. Called on another thread than read. */
    int (*truth)(void *self, int64_t index, stance_poses *poses);
    /** What really happens in the input, ordered by time, known before the first frame;
     * NULL like truth. Lives until close. */
    const stance_event *(*events)(void *self, size_t *n);
    void (*close)(void *self);
} st_source_class;

extern const st_source_class st_source_av;     /* files, URLs, standard input, cameras */
extern const st_source_class st_source_images; /* pictures: one, or several as one run */
extern const st_source_class st_source_mannequin; /* drawn people */

/** The option rows of stance_source_settings, ended by a NULL name. */
extern const stance_option st_source_options[];

/** Send libav's own messages to stance's log, also those of the sinks; the first call
 * does it, for the process. */
void st_av_start(void);

/** What results call the input; of several pictures each has its own. */
const char *st_source_name(const st_source_request *request);

/** Sleep until that time on the steady clock, or until the run is stopped. */
void st_source_wait(const st_source_request *request, int64_t until_us);

typedef struct st_source st_source;

/** STANCE_EINPUT: larger than --max-megapixels. */
int st_source_check_size(const st_source_request *request, int width, int height,
                         stance_error *err);
/** What cannot be, whatever the input is. */
int st_source_check(const stance_source_settings *settings, stance_error *err);
int st_source_open(st_source **source, const st_source_request *request,
                   stance_stream *stream, stance_error *err);
int st_source_read(st_source *source, st_source_item *item, stance_error *err);
void st_source_get_counts(st_source *source, st_source_counts *counts);
/** True when the source knows the truth; then st_source_truth() may be called. */
bool st_source_knows_truth(const st_source *source);
int st_source_truth(st_source *source, int64_t index, stance_poses *poses);
void st_source_close(st_source **source);

#endif
