/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of poses: which reader a file is for, and what all readers share.
 *
 * A new format is one file that ends in a const st_posefile_class, and a line in the
 * table here. Readers hand out one frame at a time and keep no more than that.
 */
#include "posefile/posefile.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"

/* In the order in which first bytes are looked at. */
static const st_posefile_class *const classes[] = {
    &st_posefile_stance, &st_posefile_ndjson, &st_posefile_openpose, &st_posefile_coco,
    &st_posefile_trc,    &st_posefile_bvh,    &st_posefile_mot,      &st_posefile_csv,
};

enum { N_CLASSES = sizeof(classes) / sizeof(*classes) };

const char *stance_posefile_format_at(size_t n, const char **help)
{
    if (help)
        *help = n < N_CLASSES ? classes[n]->help : NULL;
    return n < N_CLASSES ? classes[n]->name : NULL;
}

/* ---- which reader ---- */

static int find_by_name(const char *name, const st_posefile_class **class,
                        stance_error *err)
{
    char list[200] = "";
    for (size_t i = 0; i < N_CLASSES; i++) {
        /* Both forms of CSV are told by their columns. */
        bool csv = classes[i] == &st_posefile_csv && strcmp(name, "csv-long") == 0;
        if (strcmp(classes[i]->name, name) == 0 || csv) {
            *class = classes[i];
            return 0;
        }
        size_t n = strlen(list);
        snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "", classes[i]->name);
    }
    return st_fail(err, STANCE_EINVAL, "format '%s': expected one of %s", name, list);
}

static bool has_ending(const st_posefile_class *class, const char *ending)
{
    size_t n = strlen(ending);
    const char *at = class->endings;
    while (n > 0 && *at) {
        size_t m = strcspn(at, " ");
        if (m == n && strncasecmp(at, ending, n) == 0)
            return true;
        at += m + strspn(at + m, " ");
    }
    return false;
}

static int find_by_look(stance_posefile *file, stance_error *err)
{
    const char *ending = st_path_ending(file->path);
    for (size_t i = 0; i < N_CLASSES; i++)
        if (has_ending(classes[i], ending)) {
            file->class = classes[i];
            return 0;
        }
    st_reader *r = &file->reader;
    if (st_reader_peek(r) < 0) {
        int rc = st_reader_check(r, err);
        return rc < 0 ? rc
                      : st_fail(err, STANCE_EINPUT,
                                "%s: expected poses, found an empty file", r->name);
    }
    for (size_t i = 0; i < N_CLASSES; i++)
        if (classes[i]->looks && classes[i]->looks(r->buffer + r->at, r->end - r->at)) {
            file->class = classes[i];
            return 0;
        }
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected a file of poses in one of the known formats; --from "
                   "names the format where the file does not show it",
                   r->name);
}

/* Some programs put a byte order mark in front of text. */
static void pass_mark(stance_posefile *file)
{
    st_reader *r = &file->reader;
    if (st_reader_peek(r) == 0xef && r->end - r->at >= 3 &&
        memcmp(r->buffer + r->at, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    file->first_place = st_reader_place(r);
}

static int choose_class(stance_posefile *file, stance_error *err)
{
    const stance_posefile_settings *s = &file->settings;
    bool folder =
        strcmp(file->path, "-") != 0 && st_file_kind_of(file->path) == ST_FILE_FOLDER;
    int rc = s->format ? find_by_name(s->format, &file->class, err) : 0;
    if (rc == 0 && folder && !s->format)
        file->class = &st_posefile_openpose;
    if (rc < 0 || (folder && file->class->folder))
        return rc;
    rc = st_reader_open(&file->reader, file->path, s->stop, s->user, err);
    if (rc == 0)
        pass_mark(file);
    return rc == 0 && !file->class ? find_by_look(file, err) : rc;
}

/* ---- opening, reading, closing ---- */

static int check_settings(const stance_posefile_settings *s, stance_error *err)
{
    if (s->width < 0 || s->height < 0 || s->width > ST_MAX_FRAME_SIDE ||
        s->height > ST_MAX_FRAME_SIDE || (s->width == 0) != (s->height == 0))
        return st_fail(err, STANCE_EINVAL,
                       "size: expected WIDTHxHEIGHT from 1x1 to %dx%d, found %dx%d",
                       ST_MAX_FRAME_SIDE, ST_MAX_FRAME_SIDE, s->width, s->height);
    if (!(s->fps >= 0 && s->fps <= 100000))
        return st_fail(err, STANCE_EINVAL,
                       "fps: expected frames a second up to 100000, found %g", s->fps);
    if (s->skeleton && !stance_skeleton_find(s->skeleton))
        return st_fail(err, STANCE_EINVAL, "skeleton '%s': there is none of that name",
                       s->skeleton);
    return 0;
}

int stance_posefile_open(stance_posefile **out, const char *path,
                         const stance_posefile_settings *settings, stance_error *err)
{
    *out = NULL;
    stance_posefile *file = st_alloc(sizeof(*file));
    if (!file)
        return st_fail_memory(err);
    file->path = path;
    if (settings)
        file->settings = *settings;
    int rc = check_settings(&file->settings, err);
    if (rc == 0)
        rc = choose_class(file, err);
    if (rc == 0) {
        file->stream = (stance_stream){.source = path,
                                       .sar_den = 1,
                                       .fps_den = 1,
                                       .time_num = 1,
                                       .time_den = 1000000,
                                       .duration_us = -1,
                                       .n_frames = -1,
                                       .clock_us = -1};
        file->self = st_alloc(file->class->size);
        rc = file->self ? file->class->open(file, err) : st_fail_memory(err);
    }
    if (rc < 0)
        stance_posefile_close(&file);
    *out = file;
    return rc;
}

int stance_posefile_next(stance_posefile *file, stance_result *result, stance_error *err)
{
    *result = (stance_result){0};
    file->poses.n = 0;
    int rc = file->class->next(file, err);
    if (rc != 0)
        return rc;
    file->n_frames++;
    if (!file->summed_up) {
        stance_summary *s = &file->summary;
        int64_t end_us = file->frame.pts_us + file->frame.duration_us;
        if (end_us > s->duration_us)
            s->duration_us = end_us;
        s->interpolated += file->interpolated;
        if ((int64_t)file->poses.n > s->people_most)
            s->people_most = (int64_t)file->poses.n;
    }
    *result = (stance_result){
        .frame = &file->frame, .poses = &file->poses, .interpolated = file->interpolated};
    return 0;
}

stance_summary stance_posefile_get_summary(const stance_posefile *file)
{
    stance_summary s = file->summary;
    if (!file->summed_up) {
        s.frames_in = s.frames_out = file->n_frames;
        s.complete = true;
    }
    return s;
}

const stance_stream *stance_posefile_get_stream(const stance_posefile *file)
{
    return &file->stream;
}

const char *stance_posefile_format(const stance_posefile *file)
{
    return file->class->name;
}

void stance_posefile_close(stance_posefile **out)
{
    stance_posefile *file = *out;
    if (!file)
        return;
    if (file->self && file->class->close)
        file->class->close(file);
    st_free(file->self);
    st_reader_close(&file->reader);
    st_skeleton_own_clear(&file->skeleton);
    stance_poses_clear(&file->poses);
    st_text_clear(&file->file_name);
    st_free(file->source);
    st_free(file->model);
    st_free(file);
    *out = NULL;
}

int st_posefile_fail(const stance_posefile *file, stance_error *err, const char *format,
                     ...)
{
    char message[600];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return st_fail(err, STANCE_EINPUT, "%s:%lld: %s", file->reader.name,
                   (long long)(file->reader.line > 1 ? file->reader.line - 1 : 1),
                   message);
}
