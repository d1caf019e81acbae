/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_JOBS_H
#define TOOLS_JOBS_H

#include "run_options.h"
#include "tools.h"

/*
 * What a command line of inputs comes to: a list of jobs, each one run of the library.
 *
 * A video or live input is a job; all pictures together are one. inputs.c makes the list,
 * outputs.c names what each job writes.
 */

typedef enum job_kind { JOB_VIDEO, JOB_PICTURES, JOB_LIVE } job_kind;

typedef struct job {
    job_kind kind;
    char *label;    /**< what messages call it */
    strings inputs; /**< one; for pictures one or more */
    strings places; /**< of each input: its name inside a batch's folder, "a/walk.mp4" */
    stance_error err; /**< code < 0: it cannot even be begun */
    /* Filled by outputs_name(); NULL: none. */
    char *video;         /**< annotated video */
    char *json;          /**< joints; "-": standard output */
    char *truth;         /**< the truth of drawn people, likewise */
    char *events_json;   /**< what happens, likewise */
    char *report, *plot; /**< what people do, likewise */
    const char *events;  /**< what it is added to: --events */
    char *screenshots;   /**< folder that they go into */
    strings pictures;    /**< of each input: the annotated picture; empty: none */
    char *folder;        /**< that several annotated pictures go into */
} job;

typedef struct job_list {
    job *at;
    size_t n;
    bool folders; /**< outputs go into folders: several jobs, or a folder or glob given */
    char *title;  /**< a name for pictures together: the folder's, or "pictures" */
} job_list;

/**
 * Expand inputs into jobs: folders are searched (sorted, no hidden files, nothing that an
 * earlier run named NAME.pose.EXT), globs expanded. What cannot be found becomes a job
 * with its error, so that the others still run.
 *
 * @param leave_out folders not to search: the outputs' own; each may be NULL
 */
void jobs_collect(job_list *jobs, const strings *inputs, const char *const leave_out[2]);
void jobs_clear(job_list *jobs);

/** True when the name is one that naming by itself gives: "walk.pose.mp4". */
bool is_pose_name(const char *name);
/** A name for what is no file: "camera:0" -> "camera-0", a URL's last part; free(). */
char *plain_name(const char *input);

/**
 * Name the outputs of all jobs and refuse what cannot be: an output that is also an
 * input, two outputs of one name, names of the wrong kind.
 *
 * @return 0, STANCE_EINVAL or STANCE_EOUTPUT
 */
int outputs_name(job_list *jobs, const run_settings *s, stance_error *err);
/** The part of outputs_name() that looks for clashes; parts those it can. */
int outputs_check(job_list *jobs, const run_settings *s, stance_error *err);
/** Make the folders that a job's outputs go into. */
int outputs_make_folders(const job *j, stance_error *err);
/** True when all that a job would write is there and complete. */
bool outputs_exist(const job *j, const run_settings *s);
/** Which file of joints is there, before a run; 0: none. */
uint64_t outputs_mark(const job *j);
/** Behind a run that was broken off: joints in a form that cannot say so go under
 * NAME.part. @param before what was there before the run, and stays if it still is */
void outputs_set_aside(job *j, const run_settings *s, uint64_t before);
/** "a.mp4 and a.json"; empty when nothing is written. */
void outputs_words(text *t, const job *j);

/** Writes each annotated picture under its own name; the target is the job. */
extern const stance_sink_class placed_pictures_sink;

/* ---- paths.c ---- */

char *path_join(const char *dir, const char *name);
const char *path_name(const char *path);   /**< after the last '/' */
const char *path_ending(const char *path); /**< from the name's last '.', or "" */
char *path_folder(const char *path);       /**< before the last '/', "." or "/"; free() */
bool path_is_folder(const char *path);
bool path_is_special(const char *path); /**< exists and is neither file nor folder */
/** The path made absolute as far as it exists, links resolved; free(). */
char *path_real(const char *path);
/** True when both exist and are the same file, links followed. */
bool path_same(const char *a, const char *b);
int make_folders(const char *path, stance_error *err);

#endif
