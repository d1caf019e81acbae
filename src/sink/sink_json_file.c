/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sinks that write JSON (sink_json.c, sink_coco.c) share: opening, checking,
 * and completing the file, or standard output in its place.
 */
#include "sink/sink_json_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

enum { BUFFER = 1 << 18 }; /* bytes */

static int fail_write(const st_sink_json_file *f, int error, stance_error *err)
{
    return st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", f->name,
                   error ? strerror(error) : "write error");
}

int st_sink_json_open(st_sink_json_file *f, const char *target, stance_error *err)
{
    f->to_stdout = strcmp(target, "-") == 0;
    f->name = f->to_stdout ? "standard output" : target;
    int rc = f->to_stdout ? 0 : st_out_file_open(&f->out, target, err);
    if (rc < 0)
        return rc;
    errno = 0;
    if (f->to_stdout) { /* a handle of our own: the program's stays as it is */
        fflush(stdout);
        int fd = dup(STDOUT_FILENO);
        f->file = fd < 0 ? NULL : fdopen(fd, "w");
        if (!f->file && fd >= 0)
            close(fd);
    } else {
        f->file = fopen(f->out.part_path, "wb");
    }
    if (!f->file)
        return fail_write(f, errno, err);
    setvbuf(f->file, NULL, _IOFBF, BUFFER);
    f->seekable = !f->to_stdout && !f->out.in_place;
    f->w = (st_json_writer){.file = f->file, .indent = true};
    return 0;
}

int st_sink_json_check(const st_sink_json_file *f, stance_error *err)
{
    if (f->to_stdout)
        fflush(f->file); /* who reads along gets whole frames */
    return ferror(f->file) ? fail_write(f, errno, err) : 0;
}

int st_sink_json_commit(st_sink_json_file *f, stance_error *err)
{
    if (fflush(f->file) != 0 || ferror(f->file))
        return fail_write(f, errno, err);
    FILE *file = f->file;
    f->file = NULL;
    if (fclose(file) != 0)
        return fail_write(f, errno, err);
    return f->to_stdout ? 0 : st_out_file_commit(&f->out, err);
}

void st_sink_json_close(st_sink_json_file *f)
{
    if (f->file)
        fclose(f->file);
    st_out_file_close(&f->out);
}
