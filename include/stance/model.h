/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_MODEL_H
#define STANCE_MODEL_H

#include "stance/common.h"
#include "stance/frame.h"
#include "stance/pose.h"

/*
 * Networks: a model is immutable after open and shared; a runner holds one frame in
 * flight and the memory of the person it follows.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** An alias: what is taken where nobody says. It never needs a download. */
#define STANCE_MODEL_DEFAULT "single"
/** In place of a network: the truth that drawn people come with. */
#define STANCE_MODEL_TRUTH "truth"

/** A short name for a good choice of networks. Static. */
typedef struct stance_model_alias {
    const char *name;          /**< "fast"; what --model takes */
    const char *const *models; /**< names of cards, best first, NULL at the end: the first
                                  that is here is taken */
    const char *const *detectors; /**< the same of what finds people for it; NULL: none */
    const char *help;
} stance_model_alias;

/** The n-th alias; NULL past the end. Any thread. */
STANCE_API const stance_model_alias *stance_model_alias_at(size_t n);

/** The alias of that name; NULL when there is none. Any thread. */
STANCE_API const stance_model_alias *stance_model_alias_find(const char *name);

typedef enum stance_crop {
    STANCE_CROP_FOLLOW, /**< look where the person was in the frame before */
    STANCE_CROP_WHOLE,  /**< look at the whole picture every time */
} stance_crop;

/** How a model is found and run. Filled by stance_settings_defaults() or the rows'
 * defaults. */
typedef struct stance_model_settings {
    char *model; /**< name of a card, an alias, or a path of a network file */
    char *
        card; /**< path of a card for a network that no known card's hash fits; or NULL */
    char *engine;   /**< "openvino" or "replay" */
    char *device;   /**< "CPU", "GPU", "NPU", "AUTO"; what is absent is an error */
    char *people;   /**< "one", "all" or a number; NULL: by the network */
    bool everybody; /**< look for all people, whatever `people` says: somebody else
                       chooses among them. No option: set by the run */
    char *detector; /**< name of a card whose network finds boxes of people; NULL: none,
                       or the best that is here where several people are asked for */
    int64_t detect_every; /**< frames from one detection to the next, from 1 */
    char *replay;     /**< file of recorded tensors for the engine "replay"; or NULL */
    char *record;     /**< file to record tensors to; or NULL */
    int crop;         /**< stance_crop */
    int region[4];    /**< x, y, w, h: look only there; 0 x 0: everywhere */
    char *input_size; /**< "432x368": pixels that the network looks at, where it leaves
                         that open; NULL: the card's */
    double min_score; /**< below this pose score nobody is there, 0 to 1; NAN: by the
                         network */
    int64_t threads;  /**< that infer; 0: by the machine, never by flow.threads */
    int64_t streams;  /**< looks side by side that share the threads; 1 has the first
                         result soonest; 0: as many as are fastest, measured once */
    bool offline;     /**< never download */
    bool cache;       /**< keep compiled networks in the user's cache folder */
    void *reserved[4];
} stance_model_settings;

typedef struct stance_model stance_model;

/** A network that has to be brought to this machine before something can be done. */
typedef struct stance_lack {
    char model[200]; /**< its name; "": none is lacking */
    bool fetchable;  /**< stance_store_fetch() brings it */
} stance_lack;

typedef struct stance_runner stance_runner;

/** What is known of an open model. Lives as long as the model. */
typedef struct stance_model_info {
    const char *name; /**< the card's */
    const stance_skeleton *skeleton;
    bool several; /**< finds several people in one picture, maybe with a detector */
    const char *detector;          /**< the detector's name; NULL: none */
    int input_width, input_height; /**< pixels the network looks at */
    const char *engine;
    const char *device; /**< the device really used, in words */
    const char *file;   /**< path of the network's file */
} stance_model_info;

/** What the last stance_runner_run() took, microseconds by stage, and saw. */
typedef struct stance_runner_times {
    int64_t preprocess_us, inference_us, postprocess_us;
    int inferences;  /**< how often networks ran for the frame */
    int people_seen; /**< people there were, those beyond --people too; 0 where nobody
                        looked for more */
} stance_runner_times;

/**
 * Find, read and compile a network.
 *
 * @param model    returned, stance_model_close()
 * @param settings kept
 * @return 0, STANCE_EINVAL, STANCE_EMODEL (not found, altered, not readable),
 * STANCE_EENGINE (device absent, network does not compile) or STANCE_ENOMEM
 *
 * Threads: any; takes some 0.1 to 1 s.
 */
STANCE_API int stance_model_open(stance_model **model,
                                 const stance_model_settings *settings,
                                 stance_error *err);

/** Close after the last of its runners. Sets *model to NULL; a NULL model is fine. */
STANCE_API void stance_model_close(stance_model **model);

STANCE_API const stance_model_info *stance_model_get_info(const stance_model *model);

/**
 * One in-flight slot of an open model.
 *
 * @param model kept
 */
STANCE_API int stance_runner_open(stance_runner **runner, stance_model *model,
                                  stance_error *err);
STANCE_API void stance_runner_close(stance_runner **runner);

/** Forget the person followed so far: a new clip begins. Frames that were begun and not
 * ended are dropped; no thread looks at them after this. */
STANCE_API void stance_runner_reset(stance_runner *runner);

/**
 * Find the poses in one frame of a clip. With STANCE_CROP_FOLLOW the frame is searched
 * where the frame before had the person, so give frames in order.
 *
 * @param frame H x W picture, any STANCE_PIX_*; borrowed, not modified
 * @param out   caller's list, cleared then filled with N poses of K keypoints (K from the
 *              model's skeleton); x, y in source pixels, score in [0, 1]; N = 0: nobody
 * @return 0, STANCE_ENOMEM, STANCE_EENGINE, or STANCE_EINVAL (no part of the region lies
 * in this picture); on error `out` is empty
 *
 * Threads: one call at a time per runner; runners of one model may run in parallel.
 */
STANCE_API int stance_runner_run(stance_runner *runner, const stance_frame *frame,
                                 stance_poses *out, stance_error *err);

/**
 * Find the poses in a still picture: the whole of it, then once more on the crop found.
 * Otherwise as stance_runner_run(); the runner forgets whom it followed.
 */
STANCE_API int stance_runner_still(stance_runner *runner, const stance_frame *frame,
                                   stance_poses *out, stance_error *err);

/** What comes before a frame. */
typedef enum stance_moment {
    STANCE_MOMENT_NEXT,  /**< the frame of the clip that was begun before it */
    STANCE_MOMENT_CUT,   /**< a new shot begins: nobody is where somebody was */
    STANCE_MOMENT_STILL, /**< a picture for itself, as with stance_runner_still() */
} stance_moment;

/**
 * How many frames may be on their way through the network at once now, with
 * stance_runner_begin() and stance_runner_end(). Results do not depend on how many are.
 * 0: people are found by a detector, and only stance_runner_run() will do.
 */
STANCE_API size_t stance_runner_ahead(const stance_runner *runner);

/**
 * More frames, or people, than one at a time are going to be looked at: begin to prepare
 * for as many at once as there are threads to infer, on a thread of its own. Until that
 * is done, and without it, there is one at a time.
 */
STANCE_API void stance_runner_widen(stance_runner *runner);

/**
 * Begin with a frame and come back at once.
 *
 * @param frame kept until it was ended, or the runner reset or closed
 * @return as stance_runner_run(); STANCE_EINVAL too when there are as many on their way
 * as there may be
 */
STANCE_API int stance_runner_begin(stance_runner *runner, const stance_frame *frame,
                                   stance_moment moment, stance_error *err);

/** Wait for the frame begun first. @return as stance_runner_run() */
STANCE_API int stance_runner_end(stance_runner *runner, stance_poses *out,
                                 stance_error *err);

/**
 * Look at people whose places are known: a network for one person looks at each box and a
 * quarter around it. Nothing is sifted by score, and the runner forgets whom it followed.
 *
 * @param boxes x, y, width, height in source pixels, n of them; may reach outside
 * @param n     0 to STANCE_PEOPLE_MAX
 * @param out   n poses, in the order of the boxes; where the network saw nobody, one with
 *              no points and score 0
 * @return as stance_runner_run(); STANCE_EINVAL with a network that finds several people
 * by itself
 */
STANCE_API int stance_runner_look(stance_runner *runner, const stance_frame *frame,
                                  const float (*boxes)[4], size_t n, stance_poses *out,
                                  stance_error *err);

STANCE_API stance_runner_times stance_runner_last_times(const stance_runner *runner);

/** A device that an engine can use. Strings live until stance_devices_free(). */
typedef struct stance_device {
    char *engine; /**< "openvino" */
    char *name;   /**< "CPU", "GPU.0" */
    char *text;   /**< full name */
} stance_device;

/**
 * List the devices of all engines.
 *
 * @param devices returned, stance_devices_free()
 */
STANCE_API int stance_devices_list(stance_device **devices, size_t *n, stance_error *err);
/** That `device`, as --device takes it, is on this machine. @return 0 or STANCE_EENGINE,
 * which lists what is. Any thread with some 200 kB of stack left: drivers are loaded. */
STANCE_API int stance_device_check(const char *device, stance_error *err);
STANCE_API void stance_devices_free(stance_device **devices, size_t n);

#ifdef __cplusplus
}
#endif
#endif
