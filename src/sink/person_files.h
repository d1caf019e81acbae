/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_PERSON_FILES_H
#define ST_SINK_PERSON_FILES_H

#include "base/file.h"
#include "stance/run.h"

/*
 * A file for each person, for formats that have one person a file: NAME.trc, or, where
 * there were several, NAME_id3.trc for each. Any number of people may come and go: few
 * files are open at a time, and of each little is kept.
 */

/** One person's file, the first member of what a sink keeps of a person. */
typedef struct st_person_file {
    int64_t id; /**< 0: not followed */
    int64_t n_rows;
    int64_t first_us, last_us, last_index;
    FILE *file; /**< at its end; NULL: closed for now */
    st_out_file out;
    int64_t used; /**< when it was used last */
} st_person_file;

/** A frame that went by. */
typedef struct st_frame_mark {
    int64_t index, pts_us;
} st_frame_mark;

enum { ST_MARKS = 1024 };

typedef struct st_person_files {
    const char *target; /**< kept */
    const stance_stream *stream;
    size_t size; /**< bytes of one: st_person_file and what the sink keeps beside it */
    st_person_file **people; /**< in the order of their ids */
    size_t n, capacity;
    size_t n_open;
    int64_t uses;
    st_frame_mark *marks; /**< the last ST_MARKS frames, as a ring */
    int64_t n_marks;
    bool said_most, said_gap;
} st_person_files;

/** How a sink writes: NULL for none. */
typedef struct st_person_writer {
    /** The new file's header. @param pose the person as first seen */
    int (*header)(void *sink, st_person_file *person, const stance_pose *pose);
    /** A row. @param pose NULL: not there in that frame */
    int (*row)(void *sink, st_person_file *person, const stance_pose *pose,
               st_frame_mark mark);
    /** At the end, the file open: what of the header is known only now. */
    int (*finish)(void *sink, st_person_file *person);
    void *sink;
} st_person_writer;

/** @param target a file name; "-" is refused @return 0, STANCE_EINVAL, STANCE_EOUTPUT */
int st_person_files_open(st_person_files *files, const char *target, size_t size,
                         stance_error *err);

/** @return 0, or STANCE_EINVAL: pictures without times, or nobody has points */
int st_person_files_begin(st_person_files *files, const stance_stream *stream,
                          stance_error *err);

/** Write a frame: a row for everybody in it, and rows without points for those who were
 * away for at most ST_MARKS frames. */
int st_person_files_frame(st_person_files *files, const st_person_writer *writer,
                          const stance_result *result, stance_error *err);

/** Complete all files and give them their names. @param writer its `finish` */
int st_person_files_commit(st_person_files *files, const st_person_writer *writer,
                           stance_error *err);
void st_person_files_close(st_person_files *files);

#endif
