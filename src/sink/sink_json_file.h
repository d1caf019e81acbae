/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_SINK_JSON_FILE_H
#define ST_SINK_JSON_FILE_H

#include "base/file.h"
#include "json/json.h"

/*
 * The file under a sink that writes JSON: standard output for "-", else a file that has
 * its name only when it is complete. Zero-initialise; st_sink_json_close() in any case.
 */
typedef struct st_sink_json_file {
    const char *name; /* for errors */
    FILE *file;
    st_json_writer w;
    bool to_stdout;
    bool seekable; /* a regular file: what was written can be written over */
    st_out_file out;
} st_sink_json_file;

/** @param target kept. @return 0, STANCE_EOUTPUT or STANCE_ENOMEM */
int st_sink_json_open(st_sink_json_file *f, const char *target, stance_error *err);
/** After each piece: a full disk is told when it is met, not at the end of the day. */
int st_sink_json_check(const st_sink_json_file *f, stance_error *err);
/** Write out what is buffered, and give the file its name. */
int st_sink_json_commit(st_sink_json_file *f, stance_error *err);
/** Remove what was not committed. */
void st_sink_json_close(st_sink_json_file *f);

#endif
