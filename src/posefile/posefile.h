/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_POSEFILE_H
#define ST_POSEFILE_H

#include "base/reader.h"
#include "pose/skeleton_own.h"
#include "stance/posefile.h"

/* Readers of pose files. One file per format, ending in a const st_posefile_class. */

/**
 * A reader's functions are called in this order: open, next*, close. They return 0,
 * STANCE_END (next), STANCE_EINPUT, STANCE_EINTERRUPTED or STANCE_ENOMEM.
 */
typedef struct st_posefile_class {
    const char *name, *help;
    const char *endings; /**< ".csv .tsv"; "": none tells it */
    size_t size;         /**< bytes of private memory, zeroed: file->self */
    bool folder;         /**< the path is a folder: file->reader is not open */
    /** True when the file's first bytes look like it. NULL: they never tell. */
    bool (*looks)(const char *text, size_t n);
    /** Read what stands before the first frame; fill file->stream. */
    int (*open)(stance_posefile *file, stance_error *err);
    /** Fill file->frame and file->poses. */
    int (*next)(stance_posefile *file, stance_error *err);
    void (*close)(stance_posefile *file);
} st_posefile_class;

extern const st_posefile_class st_posefile_stance, st_posefile_ndjson,
    st_posefile_openpose, st_posefile_coco, st_posefile_csv, st_posefile_mot,
    st_posefile_trc, st_posefile_bvh;

struct stance_posefile {
    const st_posefile_class *class;
    void *self;
    const char *path;
    stance_posefile_settings settings;
    st_reader reader;
    int64_t first_place;      /**< where the text begins, behind a byte order mark */
    st_skeleton_own skeleton; /**< where the file's points are no known layout */
    stance_stream stream;
    char *source, *model; /**< what the stream points to */
    stance_frame frame;   /**< of the frame at hand */
    st_text file_name;    /**< frame.file points here */
    stance_poses poses;
    bool interpolated;
    int64_t n_frames;
    bool summed_up; /**< `summary` is what the file says */
    stance_summary summary;
};

/** "FILE:LINE: " and the rest, of the line read last. @return STANCE_EINPUT */
int st_posefile_fail(const stance_posefile *file, stance_error *err, const char *format,
                     ...) STANCE_PRINTF(3, 4);

/** The stream of a format that says nothing of it: size, times and rate as the settings
 * say. @param skeleton NULL: not yet known */
void st_posefile_plain_stream(stance_posefile *file, const stance_skeleton *skeleton);

/** The time of a frame by its number and the stream's rate; 0 for stills. */
int64_t st_posefile_time_us(const stance_posefile *file, int64_t index);

/** The rate as a fraction of whole numbers: 29.97 is 2997/100, or 30000/1001. */
void st_posefile_set_fps(stance_stream *stream, double fps);

/** The skeleton asked for; NULL: none was asked for.
 * @param n_points how many there are @return 0 or STANCE_EINVAL */
int st_posefile_asked_skeleton(const stance_posefile *file, size_t n_points,
                               const stance_skeleton **skeleton, stance_error *err);

/** The box around the given points; 0, 0, 0, 0 when there are none. */
void st_posefile_box_of_points(const stance_skeleton *skeleton, stance_pose *pose);

/** The mean score of the given points; 0 when there are none. */
float st_posefile_score_of_points(const stance_skeleton *skeleton,
                                  const stance_pose *pose);

/**
 * Metres of programs of motion (x right, y up, z towards the camera) to a pose's: from
 * the middle of the hips, which is where the person is, along the camera's axes.
 *
 * @param at of each point; NAN: not given
 */
void st_posefile_set_metres(const stance_skeleton *skeleton, stance_pose *pose,
                            const double (*at)[3]);

/** The number in "walk_id3.trc"; 0: there is none. */
int64_t st_posefile_id_of_name(const char *path);

/** The next free person of the frame at hand, all points absent, with room made for it.
 * @return 0, STANCE_EINPUT (too many) or STANCE_ENOMEM */
int st_posefile_add_person(stance_posefile *file, stance_pose **pose, stance_error *err);

/** Begin a frame: nobody yet. */
void st_posefile_begin_frame(stance_posefile *file, int64_t index, int64_t pts_us);

#endif
