/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels and results of one sequence, or of a folder of them in MOTChallenge's layout:
 *
 *     GT/SEQ/gt/gt.txt, GT/SEQ/seqinfo.ini     RESULTS/SEQ.txt
 *
 * A folder without such folders may hold GT/SEQ.txt or GT/SEQ.json. Results of sequences
 * that the labels do not have are passed over; labels without results are an error, as
 * they would count as if nobody had been found.
 */
#include "eval/track_files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/status.h"

enum { MOST_INFO = 1 << 16 }; /* bytes of seqinfo.ini */

void st_track_files_clear(st_track_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        st_free(files->sequences[i].name);
        st_free(files->sequences[i].gt);
        st_free(files->sequences[i].results);
        st_free(files->sequences[i].info);
    }
    st_free(files->sequences);
    *files = (st_track_files){0};
}

/* SEQ/gt/gt.txt, as the benchmarks have it. */
static bool has_layout(const char *gt, const char *folder)
{
    return strcmp(st_path_name(gt), "gt.txt") == 0 &&
           strcmp(st_path_name(folder), "gt") == 0;
}

static bool is_regular(const char *path)
{
    return path && st_file_kind_of(path) == ST_FILE_REGULAR;
}

/* ---- seqinfo.ini ---- */

/* "seqLength = 600" in the section [Sequence]. @return where the number stands */
static const char *find_length(char *text)
{
    bool inside = false;
    for (char *rest = text, *line; (line = strsep(&rest, "\r\n")) != NULL;) {
        line += strspn(line, " \t");
        if (*line == '[')
            inside = strncasecmp(line, "[sequence]", 10) == 0;
        char *equals = strchr(line, '=');
        if (!inside || !equals || strncasecmp(line, "seqlength", 9) != 0)
            continue;
        if (line + 9 + strspn(line + 9, " \t") == equals)
            return equals + 1 + strspn(equals + 1, " \t");
    }
    return NULL;
}

static int read_info(st_track_sequence *sequence, stance_error *err)
{
    char *text = NULL, *end = NULL;
    size_t n;
    int rc = st_file_read(sequence->info, MOST_INFO, STANCE_EINPUT, &text, &n, err);
    const char *number = rc == 0 ? find_length(text) : NULL;
    if (number) {
        long long length = strtoll(number, &end, 10);
        if (end == number || end[strspn(end, " \t")] || length < 1 || length > INT_MAX)
            rc = st_fail(err, STANCE_EINPUT,
                         "%s: seqLength: expected a whole number from 1, found '%.40s'",
                         sequence->info, number);
        sequence->n_frames = length;
    }
    st_free(text);
    return rc;
}

/* SEQ/seqinfo.ini of SEQ/gt/gt.txt. */
static int find_info(st_track_sequence *sequence, stance_error *err)
{
    char *folder = st_path_folder(sequence->gt);
    char *above = folder ? st_path_folder(folder) : NULL;
    char *info = above ? st_path_join(above, "seqinfo.ini") : NULL;
    int rc = info ? 0 : st_fail_memory(err);
    if (rc == 0 && has_layout(sequence->gt, folder) && is_regular(info)) {
        sequence->info = info;
        info = NULL;
        rc = read_info(sequence, err);
    }
    st_free(folder);
    st_free(above);
    st_free(info);
    return rc;
}

/* ---- names ---- */

/* Of SEQ/gt/gt.txt, SEQ; of another file its name without the ending. NULL: out of
 * memory. */
static char *name_of(const char *gt)
{
    const char *file = st_path_name(gt), *ending = st_path_ending(gt);
    char *folder = st_path_folder(gt);
    char *above = folder ? st_path_folder(folder) : NULL;
    char *name = NULL;
    if (above && has_layout(gt, folder) && strcmp(above, ".") != 0)
        name = st_strdup(st_path_name(above));
    else if (above)
        name = st_strndup(file, strlen(file) - strlen(ending));
    st_free(folder);
    st_free(above);
    return name;
}

static char *with_ending(const char *folder, const char *name, const char *ending)
{
    char *file = st_format("%s%s", name, ending);
    char *path = file ? st_path_join(folder, file) : NULL;
    st_free(file);
    return path;
}

/* The results of a sequence in a folder. */
static int find_results(st_track_sequence *sequence, const char *folder,
                        stance_error *err)
{
    static const char *const endings[] = {".txt", ".json", NULL};
    for (const char *const *e = endings; *e; e++) {
        char *path = with_ending(folder, sequence->name, *e);
        if (!path)
            return st_fail_memory(err);
        if (is_regular(path)) {
            sequence->results = path;
            return 0;
        }
        st_free(path);
    }
    return st_fail(err, STANCE_EINPUT,
                   "%s: expected results of each sequence of the labels, found no "
                   "%s.txt and no %s.json",
                   folder, sequence->name, sequence->name);
}

/* ---- sequences ---- */

typedef struct search {
    st_track_files *files;
    const char *results;
    bool flat; /* GT/SEQ.txt in place of GT/SEQ/gt/gt.txt */
    stance_error *err;
} search;

/* @param gt, name taken in any case */
static int add(search *s, char *gt, char *name)
{
    st_track_files *files = s->files;
    int rc = gt && name ? 0 : st_fail_memory(s->err);
    if (rc == 0 && files->n == files->capacity) {
        size_t capacity = files->capacity ? 2 * files->capacity : 16;
        st_track_sequence *sequences =
            st_realloc_array(files->sequences, capacity, sizeof(*sequences));
        if (sequences) {
            files->sequences = sequences;
            files->capacity = capacity;
        } else {
            rc = st_fail_memory(s->err);
        }
    }
    if (rc < 0) {
        st_free(gt);
        st_free(name);
        return rc;
    }
    st_track_sequence *sequence = &files->sequences[files->n++];
    *sequence = (st_track_sequence){.name = name, .gt = gt};
    rc = find_info(sequence, s->err);
    if (rc == 0 && st_file_kind_of(s->results) == ST_FILE_FOLDER)
        rc = find_results(sequence, s->results, s->err);
    else if (rc == 0 && !(sequence->results = st_strdup(s->results)))
        rc = st_fail_memory(s->err);
    return rc;
}

static int look_at(void *user, const char *path, const char *name)
{
    search *s = user;
    if (s->flat) {
        const char *ending = st_path_ending(path);
        bool fits = strcmp(ending, ".txt") == 0 || strcmp(ending, ".json") == 0;
        return fits && is_regular(path) ? add(s, st_strdup(path), name_of(path)) : 0;
    }
    char *gt = st_path_join(path, "gt/gt.txt");
    if (!gt)
        return st_fail_memory(s->err);
    if (is_regular(gt))
        return add(s, gt, st_strdup(name));
    st_free(gt);
    return 0;
}

static int compare_name(const void *a, const void *b)
{
    const st_track_sequence *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* SEQ.txt and SEQ.json would be one sequence twice. */
static int check_names(st_track_files *files, const char *gt, stance_error *err)
{
    if (files->n > 0)
        qsort(files->sequences, files->n, sizeof(*files->sequences), compare_name);
    for (size_t i = 1; i < files->n; i++)
        if (compare_name(&files->sequences[i - 1], &files->sequences[i]) == 0)
            return st_fail(err, STANCE_EINPUT,
                           "%s: expected a sequence once, found %s.txt and %s.json", gt,
                           files->sequences[i].name, files->sequences[i].name);
    return 0;
}

static int find_in_folder(search *s, const char *gt)
{
    char *own = st_path_join(gt, "gt/gt.txt");
    if (!own)
        return st_fail_memory(s->err);
    if (is_regular(own))
        return add(s, own, name_of(own));
    st_free(own);
    if (st_file_kind_of(s->results) != ST_FILE_FOLDER)
        return st_fail(s->err, STANCE_EINPUT,
                       "%s: expected a folder of results, as %s is a folder of labels",
                       s->results, gt);
    int rc = st_folder_each(gt, look_at, s, s->err);
    s->flat = true;
    if (rc == 0 && s->files->n == 0)
        rc = st_folder_each(gt, look_at, s, s->err);
    if (rc == 0 && s->files->n == 0)
        rc = st_fail(s->err, STANCE_EINPUT,
                     "%s: expected labels in SEQ/gt/gt.txt, or SEQ.txt, or SEQ.json, "
                     "found none",
                     gt);
    return rc == 0 ? check_names(s->files, gt, s->err) : rc;
}

int st_track_files_find(st_track_files *files, const char *gt, const char *results,
                        stance_error *err)
{
    search s = {.files = files, .results = results, .err = err};
    if (st_file_kind_of(gt) == ST_FILE_FOLDER)
        return find_in_folder(&s, gt);
    return add(&s, st_strdup(gt), name_of(gt));
}
