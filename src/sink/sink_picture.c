/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotated pictures.
 *
 * The target is a file, or a folder in which each picture keeps its own name. Several
 * pictures into one file would overwrite each other, so a second one is an error.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "sink/av_picture_file.h"
#include "sink/sink.h"

typedef struct sink_picture {
    const char *target;
    bool folder;
    st_av_convert convert;
    st_out_file out; /* a single file; written by frame(), put in place by end() */
    bool written;
} sink_picture;

static int open_sink(void *self, const char *target, const stance_settings *settings,
                     stance_error *err)
{
    sink_picture *s = self;
    (void)settings;
    s->target = target;
    s->folder = st_file_kind_of(target) == ST_FILE_FOLDER ||
                (*target && target[strlen(target) - 1] == '/');
    if (s->folder)
        return st_make_folders(target, err);
    int rc = st_av_picture_check(target, err);
    return rc < 0 ? rc : st_out_file_open(&s->out, target, err);
}

/* FOLDER/NAME, as JPEG where pictures of that kind cannot be written; st_free(). */
static char *place_in_folder(const sink_picture *s, const stance_frame *frame)
{
    char number[32];
    snprintf(number, sizeof(number), "%06lld.jpg", (long long)frame->index);
    const char *name = frame->file ? st_path_name(frame->file) : number;
    const char *ending = st_path_ending(name);
    char *plain = st_av_picture_has_name(name)
                      ? st_strdup(name)
                      : st_format("%.*s.jpg", (int)(ending - name), name);
    char *path = plain ? st_path_join(s->target, plain) : NULL;
    st_free(plain);
    return path;
}

static int into_folder(sink_picture *s, const stance_frame *picture, stance_error *err)
{
    char *path = place_in_folder(s, picture);
    int rc =
        path ? st_av_picture_save(&s->convert, picture, path, err) : st_fail_memory(err);
    st_free(path);
    return rc;
}

static int on_frame(void *self, const stance_result *result, stance_error *err)
{
    sink_picture *s = self;
    if (s->folder)
        return into_folder(s, result->picture, err);
    if (s->written)
        return st_fail(err, STANCE_EINVAL,
                       "%s: expected a folder for several pictures, found a file name",
                       s->target);
    s->written = true;
    return st_av_picture_write(&s->convert, result->picture, &s->out, err);
}

static int end(void *self, const stance_summary *summary, stance_error *err)
{
    sink_picture *s = self;
    (void)summary;
    return s->written ? st_out_file_commit(&s->out, err) : 0;
}

static void close_sink(void *self)
{
    sink_picture *s = self;
    st_av_convert_clear(&s->convert);
    st_out_file_close(&s->out);
}

const stance_sink_class st_sink_picture = {
    .name = "picture",
    .help = "annotated pictures: a file, or a folder",
    .size = sizeof(sink_picture),
    .wants_picture = true,
    .open = open_sink,
    .frame = on_frame,
    .end = end,
    .close = close_sink,
};
