/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_POSEFILE_H
#define STANCE_POSEFILE_H

#include "stance/run.h"

/*
 * Files of poses: read frame by frame, whatever wrote them, and converted.
 *
 *     file -> posefile -> poses -> sinks
 *
 * Formats are known by name: "stance" (also as a stream of lines, "ndjson"), "openpose",
 * "coco", "csv" (wide or long), "mot", "trc", "bvh". docs/output.md tells what each can
 * hold. What a format does not say is absent, and nothing is made up; see there for the
 * few numbers that follow from others, such as a box from its points.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** What the file may not say itself; all zero: nothing. Strings are kept until close. */
typedef struct stance_posefile_settings {
    const char *format;   /**< NULL: by name and first bytes */
    const char *skeleton; /**< what the points are where they have no names; NULL: by
                             their number */
    double fps;           /**< frames a second where there are no times; 0: not known */
    int width, height;    /**< of the picture in pixels; 0: not known */
    bool (*stop)(void *user); /**< asked now and then; true ends the reading with
                                 STANCE_EINTERRUPTED; NULL: never */
    void *user;
    void *reserved[4];
} stance_posefile_settings;

typedef struct stance_posefile stance_posefile;

/**
 * Open a file of poses and read what stands before its first frame.
 *
 * @param file     returned, stance_posefile_close()
 * @param path     a file, "-" (standard input), or for "openpose" a folder; kept
 * @param settings borrowed, what it points to is kept; NULL: all zero
 * @return 0, STANCE_EINPUT (file, line, expected, found), STANCE_EINVAL (an unknown
 * format or skeleton), STANCE_EINTERRUPTED or STANCE_ENOMEM
 *
 * Threads: one call at a time per file.
 */
STANCE_API int stance_posefile_open(stance_posefile **file, const char *path,
                                    const stance_posefile_settings *settings,
                                    stance_error *err);

/** What is known of the poses' stream. Lives as long as the file. The size is 0 x 0 and
 * `model` NULL where not known; without times it is `stills`. */
STANCE_API const stance_stream *stance_posefile_get_stream(const stance_posefile *file);

/** The format that it was read as. Static. */
STANCE_API const char *stance_posefile_format(const stance_posefile *file);

/**
 * The next frame.
 *
 * @param result filled: `frame` without pixels (its data are NULL), `poses`,
 * `interpolated`; lives until the next call or close
 * @return 0; STANCE_END; STANCE_EINPUT, STANCE_EINTERRUPTED or STANCE_ENOMEM
 */
STANCE_API int stance_posefile_next(stance_posefile *file, stance_result *result,
                                    stance_error *err);

/** What it came to, after STANCE_END: as the file says, else counted. */
STANCE_API stance_summary stance_posefile_get_summary(const stance_posefile *file);

/** Closes and sets to NULL; a NULL file is fine. */
STANCE_API void stance_posefile_close(stance_posefile **file);

/** Name and one-line help of the n-th format that can be read; NULL past the end. */
STANCE_API const char *stance_posefile_format_at(size_t n, const char **help);

/* ---- converting -----------------------------------------------------------------------
 */

/** How a file is converted; all zero: as it is. */
typedef struct stance_convert_settings {
    stance_posefile_settings in;
    const char *skeleton; /**< layout that the points are converted to; NULL: none */
    const stance_settings *settings; /**< what is done to people, and handed to the
                                        sinks; NULL: the defaults, which change nothing */
    bool identify; /**< tell who is who anew, by settings->track; false: as the file says
                    */
    void (*on_progress)(void *user, const stance_progress *progress); /**< NULL: none */
    void *user; /**< of on_progress */
    void *reserved[4];
} stance_convert_settings;

/**
 * Read a file of poses to its end and give each frame to the outputs' sinks.
 *
 * @param outputs sinks that need no picture; borrowed
 * @param summary filled also on errors; may be NULL
 * @return as stance_run_input(): with STANCE_EINTERRUPTED (settings->in.stop) the outputs
 * are in place and say that they are not complete; on other errors they are removed
 *
 * Threads: any; runs on the caller's.
 */
STANCE_API int stance_convert(const char *path, const stance_convert_settings *settings,
                              const stance_output *outputs, size_t n_outputs,
                              stance_summary *summary, stance_error *err);

#ifdef __cplusplus
}
#endif
#endif
