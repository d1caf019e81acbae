/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file for each person: opening, closing and naming them.
 *
 * How many people there are is known only at the end, and so are the names: until then
 * each file is NAME_id3.trc.part. Few are open at a time; one that is needed again is
 * opened again at its end.
 *
 * An earlier run may have left files of people who are not there any more. Where this one
 * writes a file for each of several, those are the same set and go; where it writes one
 * file, they stay and are told: they may be what is read.
 *
 * Who comes back gets rows for the frames in between, so that times stay even; the frames
 * are remembered for a while, and after that a gap remains.
 */
#include "sink/person_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"

enum { MOST_OPEN = 64 };

int st_person_files_open(st_person_files *f, const char *target, size_t size,
                         stance_error *err)
{
    st_out_file probe;
    *f = (st_person_files){.target = target, .size = size};
    if (strcmp(target, "-") == 0)
        return st_fail(err, STANCE_EINVAL,
                       "a file for each person: expected a file name, found standard "
                       "output");
    int rc = st_out_file_open(&probe, target, err); /* told now, not with the first row */
    if (rc == 0 && probe.in_place)
        rc = st_fail(err, STANCE_EINVAL, "%s: expected the name of a file", target);
    st_out_file_close(&probe);
    if (rc < 0)
        return rc;
    f->marks = st_alloc_array(ST_MARKS, sizeof(*f->marks));
    return f->marks ? 0 : st_fail_memory(err);
}

int st_person_files_begin(st_person_files *f, const stance_stream *stream,
                          stance_error *err)
{
    f->stream = stream;
    if (stream->stills)
        return st_fail(err, STANCE_EINVAL,
                       "%s: a file of motion needs times, found pictures: --sequence FPS "
                       "(run) or --fps FPS (convert) gives them",
                       f->target);
    if (stream->skeleton->n_keypoints == 0)
        return st_fail(err, STANCE_EINVAL,
                       "%s: a file of motion needs keypoints, found boxes only",
                       f->target);
    return 0;
}

static int fail_write(const st_person_file *person, stance_error *err)
{
    return st_fail(err, STANCE_EOUTPUT, "%s: could not be written: %s", person->out.path,
                   errno ? strerror(errno) : "write error");
}

static int close_file(st_person_files *f, st_person_file *person, stance_error *err)
{
    if (!person->file)
        return 0;
    FILE *file = person->file;
    bool good = !ferror(file);
    person->file = NULL;
    f->n_open--;
    errno = 0;
    return fclose(file) == 0 && good ? 0 : fail_write(person, err);
}

/* ---- one person's file ---- */

static int close_oldest(st_person_files *f, stance_error *err)
{
    st_person_file *oldest = NULL;
    for (size_t i = 0; i < f->n; i++)
        if (f->people[i]->file && (!oldest || f->people[i]->used < oldest->used))
            oldest = f->people[i];
    return oldest ? close_file(f, oldest, err) : 0;
}

/* The file, open and at its end. */
static int use_file(st_person_files *f, st_person_file *person, stance_error *err)
{
    person->used = ++f->uses;
    if (person->file)
        return 0;
    int rc = f->n_open == MOST_OPEN ? close_oldest(f, err) : 0;
    if (rc < 0)
        return rc;
    errno = 0;
    person->file = fopen(person->out.part_path, "r+b");
    if (!person->file)
        return fail_write(person, err);
    f->n_open++;
    return fseek(person->file, 0, SEEK_END) == 0 ? 0 : fail_write(person, err);
}

/* Where the id is, or would be. */
static size_t find_place(const st_person_files *f, int64_t id)
{
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (f->people[mid]->id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int add_person(st_person_files *f, size_t at, int64_t id, stance_error *err)
{
    if (f->n == f->capacity) {
        size_t more = f->capacity ? 2 * f->capacity : 16;
        st_person_file **grown = st_realloc_array(f->people, more, sizeof(*f->people));
        if (!grown)
            return st_fail_memory(err);
        f->people = grown;
        f->capacity = more;
    }
    st_person_file *person = st_alloc(f->size);
    const char *ending = st_path_ending(f->target);
    char *path = st_format("%.*s_id%lld%s", (int)(ending - f->target), f->target,
                           (long long)id, ending);
    int rc =
        person && path ? st_out_file_open(&person->out, path, err) : st_fail_memory(err);
    st_free(path);
    if (rc < 0) {
        st_free(person);
        return rc;
    }
    person->id = id;
    memmove(f->people + at + 1, f->people + at, (f->n - at) * sizeof(*f->people));
    f->people[at] = person;
    f->n++;
    return 0;
}

/* @param out NULL: there are too many people */
static int get_person(st_person_files *f, int64_t id, bool *is_new, st_person_file **out,
                      stance_error *err)
{
    size_t at = find_place(f, id);
    *out = NULL;
    *is_new = at == f->n || f->people[at]->id != id;
    if (*is_new && f->n == ST_MAX_PERSON_FILES) {
        if (!f->said_most)
            st_log(STANCE_LOG_WARN, "sink",
                   "%s: more than %d people; those who come now are left out", f->target,
                   ST_MAX_PERSON_FILES);
        f->said_most = true;
        return 0;
    }
    int rc = *is_new ? add_person(f, at, id, err) : 0;
    if (rc < 0)
        return rc;
    *out = f->people[at];
    return use_file(f, *out, err);
}

/* ---- frames ---- */

/* Rows for the frames since the person was last there. */
static int fill_gap(st_person_files *f, const st_person_writer *w, st_person_file *person)
{
    int64_t oldest = f->n_marks > ST_MARKS ? f->n_marks - ST_MARKS : 0;
    int64_t from = f->n_marks;
    int rc = 0;
    while (from > oldest && f->marks[(from - 1) % ST_MARKS].index > person->last_index)
        from--;
    if (from == oldest && oldest > 0) { /* too long ago */
        if (!f->said_gap)
            st_log(STANCE_LOG_WARN, "sink",
                   "%s: somebody was away for more than %d frames: a gap remains",
                   person->out.path, ST_MARKS);
        f->said_gap = true;
        return 0;
    }
    for (; from < f->n_marks && rc == 0; from++) {
        rc = w->row(w->sink, person, NULL, f->marks[from % ST_MARKS]);
        person->n_rows++;
    }
    return rc;
}

static int write_person(st_person_files *f, const st_person_writer *w, int64_t id,
                        const stance_pose *pose, st_frame_mark mark, stance_error *err)
{
    st_person_file *person;
    bool is_new;
    int rc = get_person(f, id, &is_new, &person, err);
    if (rc < 0 || !person)
        return rc;
    errno = 0;
    if (is_new) {
        person->first_us = mark.pts_us;
        rc = w->header(w->sink, person, pose);
    } else {
        rc = fill_gap(f, w, person);
    }
    if (rc == 0)
        rc = w->row(w->sink, person, pose, mark);
    person->n_rows++;
    person->last_us = mark.pts_us;
    person->last_index = mark.index;
    if (rc < 0)
        return st_fail_memory(err);
    return ferror(person->file) ? fail_write(person, err) : 0;
}

int st_person_files_frame(st_person_files *f, const st_person_writer *w,
                          const stance_result *result, stance_error *err)
{
    const stance_poses *poses = result->poses;
    const st_frame_mark mark = {result->frame->index, result->frame->pts_us};
    size_t n_strangers = 0;
    int rc = 0;
    for (size_t i = 0; i < poses->n; i++)
        n_strangers += poses->people[i].id <= 0;
    if (n_strangers > 1)
        return st_fail(err, STANCE_EINVAL,
                       "%s: a file for each person needs people with ids, found %zu "
                       "without in frame %lld: --tracker byte, or --people one",
                       f->target, n_strangers, (long long)mark.index);
    for (size_t i = 0; i < poses->n && rc == 0; i++) {
        const stance_pose *pose = &poses->people[i];
        rc = write_person(f, w, pose->id > 0 ? pose->id : 0, pose, mark, err);
    }
    f->marks[f->n_marks % ST_MARKS] = mark;
    f->n_marks++;
    return rc;
}

/* ---- the end ---- */

/* One person alone has the name that was asked for. */
static int rename_only(const st_person_files *f, stance_error *err)
{
    if (f->n != 1)
        return 0;
    char *path = st_strdup(f->target);
    if (!path)
        return st_fail_memory(err);
    st_free(f->people[0]->out.path);
    f->people[0]->out.path = path;
    return 0;
}

typedef struct leftovers {
    const st_person_files *files;
    const char *stem;
    size_t n;
} leftovers;

/* NAME_id3.trc of somebody who is not in this run. */
static int clear_one(void *user, const char *path, const char *name)
{
    leftovers *left = user;
    const st_person_files *f = left->files;
    const char *ending = st_path_ending(f->target);
    size_t k = (size_t)(ending - left->stem);
    if (strncmp(name, left->stem, k) != 0 || strncmp(name + k, "_id", 3) != 0)
        return 0;
    const char *digits = name + k + 3;
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || n > 18 || strcmp(digits + n, ending) != 0)
        return 0;
    int64_t id = strtoll(digits, NULL, 10);
    size_t at = find_place(f, id);
    if (f->n > 1 && at < f->n && f->people[at]->id == id)
        return 0;
    left->n++;
    if (f->n > 1 && unlink(path) != 0)
        st_log(STANCE_LOG_WARN, "sink", "%s: is an earlier run's, and stays: %s", path,
               strerror(errno));
    return 0;
}

static int clear_leftovers(const st_person_files *f, stance_error *err)
{
    leftovers left = {f, st_path_name(f->target), 0};
    char *folder = st_path_folder(f->target);
    int rc = folder ? st_folder_each(folder, clear_one, &left, err) : st_fail_memory(err);
    st_free(folder);
    if (f->n > 1 && st_file_kind_of(f->target) == ST_FILE_REGULAR)
        unlink(f->target);
    if (f->n <= 1 && left.n > 0)
        st_log(STANCE_LOG_WARN, "sink",
               "%s: %zu files of an earlier run are beside it, each with the id of one "
               "person: they stay",
               f->target, left.n);
    return rc;
}

int st_person_files_commit(st_person_files *f, const st_person_writer *w,
                           stance_error *err)
{
    int rc = 0;
    if (f->n == 0)
        st_log(STANCE_LOG_WARN, "sink", "%s: nobody was found, so there is no file",
               f->target);
    for (size_t i = 0; i < f->n && rc == 0; i++) {
        st_person_file *person = f->people[i];
        rc = use_file(f, person, err);
        errno = 0;
        if (rc == 0 && w->finish(w->sink, person) < 0)
            rc = fail_write(person, err);
        int close_rc = close_file(f, person, err);
        rc = rc < 0 ? rc : close_rc;
    }
    if (rc == 0)
        rc = rename_only(f, err);
    for (size_t i = 0; i < f->n && rc == 0; i++)
        rc = st_out_file_commit(&f->people[i]->out, err);
    if (rc == 0)
        rc = clear_leftovers(f, err);
    if (rc == 0 && f->n > 1)
        st_log(STANCE_LOG_INFO, "sink", "%s: %zu people, a file for each: %s and so on",
               f->target, f->n, f->people[0]->out.path);
    return rc;
}

void st_person_files_close(st_person_files *f)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->people[i]->file)
            fclose(f->people[i]->file);
        st_out_file_close(&f->people[i]->out);
        st_free(f->people[i]);
    }
    st_free(f->people);
    st_free(f->marks);
    *f = (st_person_files){0};
}
