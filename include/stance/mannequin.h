/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_MANNEQUIN_H
#define STANCE_MANNEQUIN_H

#include "stance/common.h"
#include "stance/event.h"
#include "stance/frame.h"
#include "stance/option.h"
#include "stance/pose.h"

/*
 * Drawn people, with exact truth.
 *
 * A scene is named by its address, "mannequin:squats?people=2&seconds=10", and is an
 * input like any other wherever inputs are named. With these functions it is drawn frame
 * by frame, and one learns what is true of each frame and of the whole clip. The same
 * address gives the same bytes on every machine.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** What an address may say. */
typedef struct stance_mannequin_settings {
    int64_t people;   /**< 1 to 32; 0: as the scene has it */
    double seconds;   /**< length of the clip */
    double fps;       /**< frames a second */
    char *size;       /**< "640x480" */
    int64_t seed;     /**< bodies, clothes, room, small differences in what they do */
    int camera;       /**< stance_mannequin_camera */
    bool moving;      /**< the camera moves slowly */
    double speed;     /**< of what people do, 1: usual */
    char *background; /**< a picture in place of the room; NULL: none */
    void *reserved[4];
} stance_mannequin_settings;

typedef enum stance_mannequin_camera {
    STANCE_CAMERA_FRONT,
    STANCE_CAMERA_SIDE,
    STANCE_CAMERA_OBLIQUE,
    STANCE_CAMERA_HIGH,
} stance_mannequin_camera;

/** The option rows of stance_mannequin_settings: what may follow the '?'. Static. */
STANCE_API const stance_option *stance_mannequin_options(void);

/** Name and help of the n-th scene; NULL past the end. Static. Any thread. */
STANCE_API const char *stance_mannequin_scene(size_t n, const char **help);

typedef struct stance_mannequin stance_mannequin;

typedef struct stance_mannequin_info {
    const char *scene;
    int width, height;
    int64_t n_frames;
    int fps_num, fps_den; /**< frames a second */
    size_t n_people;
    const char *background; /**< the picture that the address names; NULL: none */
} stance_mannequin_info;

/**
 * Set up a scene.
 *
 * @param mannequin returned, stance_mannequin_close()
 * @param address   "mannequin:SCENE?NAME=VALUE&..."; borrowed
 * @return 0, STANCE_EINVAL (no such scene, name or value; `err` says what was expected)
 * or STANCE_ENOMEM
 */
STANCE_API int stance_mannequin_open(stance_mannequin **mannequin, const char *address,
                                     stance_error *err);
STANCE_API void stance_mannequin_close(stance_mannequin **mannequin);

/** Lives until close. */
STANCE_API const stance_mannequin_info *
stance_mannequin_get_info(const stance_mannequin *mannequin);

/**
 * Give the scene a picture as its background, cut and scaled to fill the frame. Has to be
 * called where info.background is not NULL; the address names a file, and reading it is
 * the caller's.
 *
 * @param picture borrowed
 * @return 0 or STANCE_ENOMEM
 */
STANCE_API int stance_mannequin_set_background(stance_mannequin *mannequin,
                                               const stance_frame *picture);

/** Microseconds from the first frame to frame `n`. */
STANCE_API int64_t stance_mannequin_time(const stance_mannequin *mannequin, int64_t n);

/**
 * Draw frame `n`.
 *
 * @param frame info.width x info.height, STANCE_PIX_YUV420P; pixels, colour, index and
 * times are set
 *
 * Threads: one call at a time per mannequin; frames in any order.
 */
STANCE_API void stance_mannequin_draw(stance_mannequin *mannequin, int64_t n,
                                      stance_frame *frame);

/**
 * What is true of frame `n`: the people who are in the picture, ordered by id, as coco17
 * poses whose keypoints have place, world place and visibility (see stance_keypoint). The
 * box is that of all that is drawn of a person, cut at the picture's edges.
 *
 * @return 0 or STANCE_ENOMEM
 *
 * Threads: any, also while a frame is being drawn.
 */
STANCE_API int stance_mannequin_truth(const stance_mannequin *mannequin, int64_t n,
                                      stance_poses *truth);

/** What happens in the clip, ordered by time. @param n set to how many @return lives
 * until close. Any thread. */
STANCE_API const stance_event *stance_mannequin_events(const stance_mannequin *mannequin,
                                                       size_t *n);

#ifdef __cplusplus
}
#endif
#endif
