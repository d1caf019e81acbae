/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_RUN_H
#define STANCE_RUN_H

#include "stance/analysis.h"
#include "stance/common.h"
#include "stance/event.h"
#include "stance/frame.h"
#include "stance/model.h"
#include "stance/option.h"
#include "stance/pose.h"
#include "stance/track.h"

/*
 * The whole line from an input to its outputs:
 *
 *     source -> frames -> model -> poses -> identities -> analyses -> sinks
 *
 * A stance_run holds the settings and the open model; each input then runs through it,
 * one after the other. Decoding, inference, and drawing with encoding happen at the same
 * time, joined by bounded queues; with flow.threads = 1 all of it happens on the caller's
 * thread.
 */

#ifdef __cplusplus
extern "C" {
#endif

struct st_audio;
struct st_packet;

/* ---- settings -------------------------------------------------------------------------
 */

typedef enum stance_live {
    STANCE_LIVE_AUTO,
    STANCE_LIVE_YES,
    STANCE_LIVE_NO
} stance_live;

/** How exactly pictures are decoded. */
typedef enum stance_decode { STANCE_DECODE_EXACT, STANCE_DECODE_ROUGH } stance_decode;

/** What is read of an input. */
typedef struct stance_source_settings {
    double start_s,
        end_s;     /**< seconds since the first frame; NAN: from the start, to the end */
    int64_t every; /**< hand on every N-th frame, from 1 */
    int64_t max_frames;  /**< hand on at most so many; 0: all */
    int rotate_deg;      /**< turned clockwise by 0, 90, 180, 270; -1: as the file says */
    int live;            /**< stance_live */
    int decode;          /**< stance_decode; rough: where nothing is drawn */
    char *hwaccel;       /**< "none", "auto", "vaapi", "cuda", ... */
    double sequence_fps; /**< pictures given together are a clip of so many a second; NAN:
                            no */
    char *format;        /**< container or device format to assume; NULL: found out */
    bool untrusted;      /**< the input is a stranger's: only containers that cannot name
                            other files or addresses, and of addresses only those of live
                            streams */
    int64_t max_megapixels; /**< larger pictures are an error; 0: any size */
    double max_duration_s;  /**< longer inputs are an error; 0: any length */
    char *name;             /**< what results call the input; NULL: as it is given */
    bool loop; /**< at its end a clip begins again, until the run is stopped */
    void *reserved[3];
} stance_source_settings;

/** How points are steadied over time. */
typedef struct stance_smooth_settings {
    int smooth;         /**< stance_smooth */
    double cutoff_hz;   /**< of STANCE_SMOOTH_ZERO_PHASE */
    bool raw;           /**< keep what the network gave, in stance_keypoint.raw */
    double fill_gaps_s; /**< gaps of at most so many seconds are filled in; 0: none */
    void *reserved[4];
} stance_smooth_settings;

typedef enum stance_smooth {
    STANCE_SMOOTH_OFF,
    STANCE_SMOOTH_LOW,        /**< One-Euro filter, hardly any delay */
    STANCE_SMOOTH_HIGH,       /**< the same, steadier */
    STANCE_SMOOTH_ZERO_PHASE, /**< Butterworth forward and backward: no delay in the
                                 points, but results come later; not for live input */
} stance_smooth;

/** Which of the people there are. */
typedef struct stance_follow_settings {
    char *follow; /**< "largest", "centre", "longest" or "id:3,7"; NULL: everybody */
    bool cuts;    /**< look for cuts in a film, across which nobody keeps an identity */
    void *reserved[4];
} stance_follow_settings;

/** What is watched for, and told as events. */
typedef struct stance_watch_settings {
    char *zones;   /**< "[NAME=]X,Y X,Y X,Y ...;...": polygons, pixels or percent */
    int outside;   /**< stance_outside: people who are in no zone */
    char *lines;   /**< "[NAME=]X,Y X,Y;..." */
    int stand;     /**< stance_stand: which point of a person is where they are */
    double margin; /**< pixels beyond a border before it is crossed; NAN: a twentieth of
                      the person's height */
    double min_life_s; /**< whoever is there for less time was not there */
    double dwell_s;    /**< a stay of so long is an event; NAN: none */
    void *reserved[4];
} stance_watch_settings;

typedef enum stance_outside {
    STANCE_OUTSIDE_DROP, /**< are left out of all results */
    STANCE_OUTSIDE_KEEP, /**< stay; zones only make events */
} stance_outside;

typedef enum stance_stand {
    STANCE_STAND_FEET,   /**< the middle of the ankles, or of the box's lower side */
    STANCE_STAND_MIDDLE, /**< the middle of the box */
} stance_stand;

/** How poses are drawn. */
typedef struct stance_draw_settings {
    double threshold; /**< keypoints below are not drawn, 0 to 1 */
    int overlay;      /**< stance_overlay bits */
    int background;   /**< stance_background */
    int blur;         /**< stance_blur */
    void *reserved[4];
} stance_draw_settings;

typedef enum stance_overlay {
    STANCE_OVERLAY_SKELETON = 1, /**< bones */
    STANCE_OVERLAY_POINTS = 2,   /**< dots */
    STANCE_OVERLAY_TEXT = 4,     /**< latency and frames a second */
    STANCE_OVERLAY_SCORES = 8,   /**< each point's score beside it */
    STANCE_OVERLAY_IDS = 16,     /**< each person's number */
    STANCE_OVERLAY_ORDER = 32,   /**< and in which order and time the network saw them */
    STANCE_OVERLAY_BOXES = 64,   /**< boxes of people */
    STANCE_OVERLAY_PLACES = 128, /**< zones and lines */
    STANCE_OVERLAY_ANALYSIS = 256, /**< what the analyses say */
} stance_overlay;

typedef enum stance_background {
    STANCE_BACKGROUND_SOURCE, /**< the picture itself */
    STANCE_BACKGROUND_BLACK,  /**< black: nobody can be recognised */
} stance_background;

/** What is made unrecognisable before anything is drawn. */
typedef enum stance_blur {
    STANCE_BLUR_NONE,
    STANCE_BLUR_FACES, /**< heads of the people that were found */
} stance_blur;

/** How annotated video is encoded. */
typedef struct stance_video_settings {
    char *encoder;   /**< NULL: by the container, H.264 for mp4, mov and mkv */
    double crf;      /**< constant quality, encoder's own scale; NAN: encoder's default */
    char *preset;    /**< NULL: encoder's default */
    int64_t bitrate; /**< bits a second; 0: by quality */
    void *reserved[4];
} stance_video_settings;

typedef enum stance_screenshot_format {
    STANCE_SCREENSHOT_PNG,
    STANCE_SCREENSHOT_JPEG,
} stance_screenshot_format;

/** Seconds from one screenshot to the next where nobody says. */
#define STANCE_SCREENSHOTS_EVERY_S 10.0

/** Which frames become screenshots, and how. */
typedef struct stance_screenshot_settings {
    double every_s; /**< seconds of stream time from one to the next; NAN: not given */
    int64_t every_frames; /**< every N-th frame that is written; 0: not given */
    int format;           /**< stance_screenshot_format */
    void *reserved[4];
} stance_screenshot_settings;

typedef struct stance_flow_settings {
    int64_t threads; /**< 0: one a core; 1: everything on the caller's thread */
    int64_t queue;   /**< frames that may wait between two stages, 1 to 64 */
    bool fast;       /**< look only at some frames of a clip, as many as it takes, and
                        fill in the others */
    void *reserved[4];
} stance_flow_settings;

/** Everything that decides a result. */
typedef struct stance_settings {
    stance_source_settings source;
    stance_model_settings model;
    stance_track_settings track;
    stance_smooth_settings smooth;
    stance_follow_settings follow;
    stance_watch_settings watch;
    stance_analyse_settings analyse;
    stance_draw_settings draw;
    stance_video_settings video;
    stance_screenshot_settings screenshots;
    stance_flow_settings flow;
} stance_settings;

/** The tables of stance_settings, ended by a NULL title. Static. Any thread. */
STANCE_API const stance_option_group *stance_settings_groups(void);

/** Fill with the defaults; stance_settings_clear() when done. @return 0 or STANCE_ENOMEM
 */
STANCE_API int stance_settings_defaults(stance_settings *settings);
STANCE_API void stance_settings_clear(stance_settings *settings);

/* ---- what sinks see -------------------------------------------------------------------
 */

/** What is known of an input before its first frame. */
typedef struct stance_stream {
    const char *source; /**< the input as it was named */
    int width, height;  /**< upright, before sample aspect */
    int rotation_deg; /**< how far the stored pictures were turned clockwise: 0, 90, 180,
                         270 */
    int sar_num, sar_den; /**< sample aspect ratio of the upright picture; 0/1: unknown */
    int fps_num, fps_den; /**< average frames a second; 0/1: unknown, or pictures */
    int time_num, time_den; /**< time base that represents the times exactly, seconds */
    int64_t start_us;       /**< the first frame's time in the stream */
    int64_t duration_us;    /**< -1: not known */
    int64_t n_frames;       /**< as the container says; -1: not known */
    int64_t clock_us;       /**< the first frame's time by the clock: microseconds since
                               1970 UTC; -1: not known */
    bool live;              /**< camera or endless stream: old frames may be dropped */
    bool stills;            /**< pictures, each for itself; no times */
    stance_pix format;
    stance_colour colour;
    const char *model; /**< the network's name */
    const stance_skeleton *skeleton;
    bool
        followed; /**< people have identities; who has none is too unsure to be anybody */
    bool single;  /**< single form of the JSON: one person at most */
    const struct st_audio *audio; /**< private: sound that can be passed on, or NULL */
    const stance_event *events;   /**< what really happens, where the source knows it */
    size_t n_events;
    const stance_measure *measures; /**< n_measures: what the analyses say of people */
    size_t n_measures;
} stance_stream;

/** One frame and who is in it. */
typedef struct stance_result {
    const stance_frame *frame; /**< the source's picture, untouched */
    const stance_frame
        *picture; /**< the annotated picture; NULL when no sink asked for it */
    const stance_poses *poses;
    bool interpolated;         /**< somebody, or a point, was filled in and not found */
    const stance_poses *truth; /**< who really is there; NULL when no sink asked for it */
    const float *analysis; /**< for each of `poses` the stream's n_measures numbers, NAN:
                              not known; NULL: nothing is measured */
} stance_result;

/** What a run came to. frames_in = frames_out + dropped + skipped + lost, always. */
typedef struct stance_summary {
    int64_t frames_in;      /**< frames of the source between start and end */
    int64_t frames_out;     /**< frames that reached the sinks */
    int64_t dropped;        /**< live: too old by the time they could be looked at */
    int64_t skipped;        /**< by option */
    int64_t lost;           /**< undecodable */
    int64_t decode_errors;  /**< corrupt packets */
    int64_t interpolated;   /**< part of frames_out */
    int64_t repaired_times; /**< frames whose missing or backward time was repaired */
    int64_t people_most;    /**< the most people given for one frame */
    int64_t people_seen;    /**< the most there were, those beyond --people too; 0 where
                               nothing looked for more than one */
    int64_t duration_us;    /**< from the first frame's start to the last one's end */
    bool complete;          /**< the input ended, or an option ended it */
} stance_summary;

/**
 * An output. Functions are called on one thread at a time, in this order:
 * check, open, begin, (event | frame | audio)*, end, close. A NULL function means:
 * nothing to do. `end` is left out when the run failed: `close` then removes what was
 * begun.
 */
typedef struct stance_sink_class {
    const char *name; /**< "json", "video", ... */
    const char *help;
    size_t
        size; /**< bytes of private memory, zeroed, handed to all functions as `self` */
    bool wants_picture; /**< result.picture must be there */
    bool wants_truth;   /**< result.truth must be there: only drawn people have one */
    bool only_poses; /**< never looks at the pixels of result.frame: where all sinks say
                      * so, --fast leaves frames undecoded, whose data[0] is NULL */

    /** Refuse what cannot be. @param stream of which only live and stills are filled;
     * NULL: not known yet */
    int (*check)(const char *target, const stance_settings *settings,
                 const stance_stream *stream, stance_error *err);
    /** @param target what to write to, by the sink's own rules; kept. @param settings
     * kept, and checked */
    int (*open)(void *self, const char *target, const stance_settings *settings,
                stance_error *err);
    /** With wants_picture: whether this frame's is wanted, so that others need not be
     * drawn; result.picture may be NULL where it is not. Asked once for each frame, just
     * before it is given. NULL: always. @param frame borrowed */
    bool (*wants)(void *self, const stance_frame *frame);
    /** @param stream kept until close */
    int (*begin)(void *self, const stance_stream *stream, stance_error *err);
    /** @param result borrowed; ref result->picture to keep it
     * @return 0; STANCE_END: end the run here; STANCE_AGAIN: hold the run, call again
     * with the same frame soon; or an error */
    int (*frame)(void *self, const stance_result *result, stance_error *err);
    /** Something happened. What is noticed with a frame comes before that frame, what is
     * known only when the input ends comes before `end`. @param event borrowed */
    int (*event)(void *self, const stance_event *event, stance_error *err);
    /** @param packet one packet of the stream's audio; borrowed */
    int (*audio)(void *self, const struct st_packet *packet, stance_error *err);
    /** Complete the output and put it under its name. @param summary borrowed */
    int (*end)(void *self, const stance_summary *summary, stance_error *err);
    void (*close)(void *self);
} stance_sink_class;

/** A sink to be opened for one input: which, and where it writes. */
typedef struct stance_output {
    const stance_sink_class *sink;
    const char *target;
} stance_output;

/** The library's own sink of that name: "json", "truth", "coco", "video", "picture",
 * "events", "events-json", "show", "screenshots", and a form of docs/output.md: "ndjson",
 * "csv", "csv-long", "openpose", "mot", "trc", "bvh"; NULL: not built in. */
STANCE_API const stance_sink_class *stance_sink_find(const char *name);
STANCE_API const stance_sink_class *stance_sink_at(size_t n);

/* ---- running --------------------------------------------------------------------------
 */

/** The stages that are timed. */
typedef enum stance_stage {
    STANCE_STAGE_DECODE,
    STANCE_STAGE_PREPROCESS,
    STANCE_STAGE_INFERENCE,
    STANCE_STAGE_POSTPROCESS,
    STANCE_STAGE_DRAW,
    STANCE_STAGE_ENCODE,
    STANCE_STAGE_COUNT
} stance_stage;

STANCE_API const char *stance_stage_name(stance_stage stage);

typedef struct stance_stage_stats {
    int64_t n; /**< times measured */
    int64_t total_us;
    double median_ms, p95_ms; /**< from a histogram: within 2 % */
} stance_stage_stats;

typedef struct stance_stats {
    stance_stage_stats stage[STANCE_STAGE_COUNT];
    int64_t wall_us; /**< from the first frame asked for to the outputs closed */
    int64_t open_us; /**< until the first frame could be looked at */
    /** From decoded to done with; of live input from when it came in. */
    int64_t latency_median_us, latency_p95_us;
    int64_t cpu_us; /**< that the process's threads have computed meanwhile */
    int cores;      /**< that it may use: no run with so much to compute is faster than
                       cpu_us / cores */
    bool live;      /**< it ran as fast as its input came: no such bound counts */
    int limit;      /**< stance_stage whose thread was the busiest */
    double
        busy[3]; /**< share of the wall time: decoding, inference, drawing + encoding */
} stance_stats;

/** How far an input is; called a few times a second from one of the run's threads. */
typedef struct stance_progress {
    int64_t frames;              /**< written so far */
    int64_t n_frames;            /**< expected, -1: not known */
    double fps;                  /**< lately */
    int64_t pts_us, duration_us; /**< place in the stream; duration -1: not known */
    int64_t dropped;
    int64_t latency_us; /**< live input: from when the last frame came in; -1: not live */
} stance_progress;

/**
 * Refuse what stance_run_input() would refuse before the first frame, in the same words:
 * options that cannot go together, networks and devices that are not there. Nothing is
 * opened, compiled, downloaded or written; of the input only its kind is looked at.
 *
 * @param settings borrowed
 * @param input    as for stance_run_input(); NULL: not known yet, and what depends on it
 *                 passes
 * @param outputs  n_outputs sinks that would be opened; borrowed
 * @param lack     filled: a network that has to be fetched first
 * @return 0, STANCE_EINVAL, STANCE_EMODEL, STANCE_EENGINE or STANCE_ENOMEM
 *
 * Threads: any; takes some ms, and as long as it takes to read a network's file once.
 * With another device than CPU, see stance_device_check().
 */
STANCE_API int stance_run_check(const stance_settings *settings, const char *input,
                                const stance_output *outputs, size_t n_outputs,
                                stance_lack *lack, stance_error *err);

typedef struct stance_run stance_run;

/**
 * Prepare to run inputs. Starts to open the model on a thread of its own (on the
 * caller's, with flow.threads = 1), so that an input can be opened meanwhile; what fails
 * there is told by the first stance_run_input().
 *
 * @param run      returned, stance_run_close()
 * @param settings kept
 */
STANCE_API int stance_run_open(stance_run **run, const stance_settings *settings,
                               stance_error *err);

/** @param fn NULL: none. Set before stance_run_input(). */
STANCE_API void stance_run_on_progress(
    stance_run *run, void (*fn)(void *user, const stance_progress *progress), void *user);

/**
 * Run one input to its end.
 *
 * @param inputs   one video, camera, URL, or "-"; or any number of pictures that belong
 * together
 * @param outputs  n_outputs sinks to open; borrowed. With none, the input is only looked
 * at.
 * @param summary  filled also on errors; may be NULL
 * @param stats    filled also on errors; may be NULL
 * @return 0; STANCE_ELOST: done, but frames were lost (outputs are in place);
 * STANCE_EINTERRUPTED: stopped by stance_run_stop() on an input that is not live (outputs
 * are in place and say that they are not complete; there are none with follow.follow
 * "longest" where the input was not yet seen once); STANCE_EINPUT, STANCE_EMODEL,
 * STANCE_EENGINE, STANCE_EOUTPUT, STANCE_EINVAL, STANCE_ENOMEM: failed, outputs removed
 *
 * Threads: one call at a time per run.
 */
STANCE_API int stance_run_input(stance_run *run, const char *const *inputs,
                                size_t n_inputs, const stance_output *outputs,
                                size_t n_outputs, stance_summary *summary,
                                stance_stats *stats, stance_error *err);

/**
 * What the input after the next stance_run_input() is going to be: it is opened while
 * that one runs. That only saves time, and only with plain files; what is wrong with it
 * is told when its turn comes, and it need not come.
 *
 * @param inputs  the list and its names are kept until then
 * @param outputs only looked at
 */
STANCE_API void stance_run_next(stance_run *run, const char *const *inputs,
                                size_t n_inputs, const stance_output *outputs,
                                size_t n_outputs);

/** The model, waiting until it is open. NULL and `err` when it could not be opened; NULL
 * alone with the model "truth". */
STANCE_API stance_model *stance_run_model(stance_run *run, stance_error *err);

/** Ask the run to finish what is in flight and end. Any thread; safe in a signal handler.
 */
STANCE_API void stance_run_stop(stance_run *run);

/** Ask the run to hold before the next frame, or to go on. Any thread. */
STANCE_API void stance_run_pause(stance_run *run, bool pause);

STANCE_API void stance_run_close(stance_run **run);

/* ---- looking at inputs ----------------------------------------------------------------
 */

typedef enum stance_input_kind {
    STANCE_INPUT_VIDEO,   /**< moving pictures: a file, a URL, "-", or drawn people */
    STANCE_INPUT_PICTURE, /**< a file with one picture */
    STANCE_INPUT_FOLDER,
    STANCE_INPUT_GLOB, /**< a pattern with *, ? or [ that names no existing file */
    STANCE_INPUT_LIVE, /**< a camera or an address of a live stream */
} stance_input_kind;

/** What an input looks like from its name and, for a file without a known ending, its
 * first bytes. */
STANCE_API stance_input_kind stance_input_guess(const char *input);

/** True for drawn people, "mannequin:...": no file, and read like a video. */
STANCE_API bool stance_input_is_drawn(const char *input);

/** True when a file of that name would be taken for a video or picture, by its ending. */
STANCE_API bool stance_input_is_picture_name(const char *path);
STANCE_API bool stance_input_is_video_name(const char *path);

/**
 * Read a picture file as a frame, upright by its EXIF orientation.
 *
 * @param path  borrowed
 * @param frame returned, stance_frame_unref(); its `file` is NULL
 * @return 0, STANCE_EINPUT (not there, no picture, damaged) or STANCE_ENOMEM
 *
 * Threads: any.
 */
STANCE_API int stance_picture_read(const char *path, stance_frame **frame,
                                   stance_error *err);

/** What this machine can do: a list of lines "decoder h264 ...", one call per line. */
typedef void (*stance_line_fn)(void *user, const char *kind, const char *name,
                               const char *text);
STANCE_API void stance_codecs_list(stance_line_fn fn, void *user);

/** The JSON Schema of stance's output as text. Static. */
STANCE_API const char *stance_schema(void);
/** The same for the JSON of events ("stance-events/1"). */
STANCE_API const char *stance_events_schema(void);

#ifdef __cplusplus
}
#endif
#endif
