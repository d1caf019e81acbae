/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the inputs as they were named to jobs: folders and globs are expanded, pictures
 * are put together, and each file gets its place below the inputs' common folder.
 *
 * A place is the path from the deepest folder that all inputs share: with `clips/` it is
 * the path below clips, with `mon/a.mp4 tue/a.mp4` it is `mon/a.mp4` and `tue/a.mp4`. So
 * a batch's folder mirrors the inputs, however they were named.
 */
#define _XOPEN_SOURCE 700 /* lstat, strdup */

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs.h"

enum { DEEPEST = 32, MOST_FILES = 1000000 };

/* A file found, or what is wrong with an input. */
typedef struct found {
    char *path;
    char *root; /* real path of the folder it was found in or below; NULL: no file */
    char *rest; /* path below root */
    stance_input_kind kind;
    stance_error err;
} found;

typedef struct search {
    found *at;
    size_t n;
    const char *const *leave_out;
} search;

/* Everything is taken. */
static void add_found(search *s, stance_input_kind kind, char *path, char *root,
                      char *rest)
{
    s->at = must_grow(s->at, s->n + 1, sizeof(*s->at));
    s->at[s->n++] = (found){.path = path, .root = root, .rest = rest, .kind = kind};
}

static void add_failed(search *s, const char *input, const char *why)
{
    add_found(s, STANCE_INPUT_VIDEO, must_copy(input), NULL, plain_name(input));
    fail(&s->at[s->n - 1].err, STANCE_EINPUT, "%s: %s", input, why);
}

bool is_pose_name(const char *name)
{
    const char *ending = path_ending(name);
    return ending - name > 5 && strncmp(ending - 5, ".pose", 5) == 0;
}

/* ---- folders ---- */

static bool left_out(const search *s, const char *folder)
{
    for (int i = 0; i < 2; i++)
        if (s->leave_out[i] && path_same(s->leave_out[i], folder))
            return true;
    return false;
}

static void walk(search *s, const char *folder, const char *root, const char *below,
                 int depth);

static void look_at_entry(search *s, const char *folder, const char *name,
                          const char *root, const char *below, int depth)
{
    struct stat st;
    char *path = path_join(folder, name), *rest = path_join(below, name);
    bool picture = stance_input_is_picture_name(name);
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!left_out(s, path) && !is_pose_name(name))
            walk(s, path, root, rest, depth + 1);
    } else if ((picture || stance_input_is_video_name(name)) && !is_pose_name(name) &&
               stat(path, &st) == 0 && S_ISREG(st.st_mode) && s->n < MOST_FILES) {
        add_found(s, picture ? STANCE_INPUT_PICTURE : STANCE_INPUT_VIDEO, must_copy(path),
                  must_copy(root), must_copy(rest));
    }
    free(path);
    free(rest);
}

/* Links to folders are not followed: they may lead back up. */
static void walk(search *s, const char *folder, const char *root, const char *below,
                 int depth)
{
    struct dirent **entries;
    int n = depth > DEEPEST ? -1 : scandir(folder, &entries, NULL, alphasort);
    if (n < 0) {
        add_failed(s, folder,
                   depth > DEEPEST ? "too many folders in one another" : strerror(errno));
        return;
    }
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.')
            look_at_entry(s, folder, entries[i]->d_name, root, below, depth);
        free(entries[i]);
    }
    free(entries);
}

static void add_folder(search *s, const char *folder, const char *root, const char *below)
{
    size_t before = s->n;
    walk(s, folder, root, below, 0);
    if (s->n == before)
        add_failed(s, folder,
                   "expected a folder with videos or pictures, found none in it");
}

/* ---- one input ---- */

static void add_file(search *s, const char *path)
{
    char *folder = path_folder(path);
    char *root = path_is_folder(folder) ? path_real(folder) : NULL;
    if (access(path, F_OK) != 0)
        add_failed(s, path, errno == ENOENT ? "there is no such file" : strerror(errno));
    else if (access(path, R_OK) != 0)
        add_failed(s, path, strerror(errno));
    else
        add_found(s, stance_input_guess(path), must_copy(path),
                  root ? must_copy(root) : NULL, must_copy(path_name(path)));
    free(root);
    free(folder);
}

/* The folder before the first part of the pattern that is one. */
static char *fixed_part(const char *pattern)
{
    char *fixed = must_format("%.*s", (int)strcspn(pattern, "*?["), pattern);
    char *folder = path_folder(fixed);
    free(fixed);
    return folder;
}

static void add_glob(search *s, const char *pattern)
{
    glob_t matches = {0};
    char *fixed = fixed_part(pattern), *root = path_real(fixed);
    size_t skip = strcmp(fixed, ".") == 0 ? 0 : strlen(fixed), before = s->n;
    if (glob(pattern, 0, NULL, &matches) != 0)
        matches.gl_pathc = 0;
    for (size_t i = 0; i < matches.gl_pathc; i++) {
        const char *path = matches.gl_pathv[i], *rest = path + skip;
        rest += strspn(rest, "/");
        if (path_is_folder(path)) {
            if (!left_out(s, path) && !is_pose_name(path_name(path)))
                walk(s, path, root, rest, 1);
        } else if (!is_pose_name(path_name(path)) &&
                   (stance_input_is_picture_name(path) ||
                    stance_input_is_video_name(path))) {
            add_found(s, stance_input_guess(path), must_copy(path), must_copy(root),
                      must_copy(rest));
        }
    }
    if (s->n == before)
        add_failed(s, pattern,
                   matches.gl_pathc
                       ? "expected videos or pictures, found none among what matches"
                       : "expected videos or pictures, found nothing that matches");
    globfree(&matches);
    free(fixed);
    free(root);
}

char *plain_name(const char *input)
{
    if (strcmp(input, "-") == 0)
        return must_copy("stdin");
    const char *scheme = strstr(input, "://");
    const char *start = scheme ? scheme + 3 : input;
    /* Drawn people differ in nothing but what stands behind the '?'. */
    size_t n = stance_input_is_drawn(input) ? strlen(input) : strcspn(start, "?#");
    while (n > 1 && start[n - 1] == '/')
        n--;
    char *name = must_format("%.*s", (int)n, start);
    char *last = must_copy(scheme || input[0] == '/' ? path_name(name) : name);
    free(name);
    for (char *c = last; *c; c++)
        if ((unsigned char)*c < 0x20 || strchr(":/\\*?\"<>|@&= ", *c))
            *c = '-';
    return last;
}

static void add_input(search *s, const char *input)
{
    stance_input_kind kind = stance_input_guess(input);
    bool no_file = kind == STANCE_INPUT_LIVE || strcmp(input, "-") == 0 ||
                   strstr(input, "://") || stance_input_is_drawn(input);
    if (no_file && access(input, F_OK) != 0) {
        add_found(s, kind, must_copy(input), NULL, plain_name(input));
    } else if (kind == STANCE_INPUT_LIVE) {
        add_found(s, kind, must_copy(input), NULL, plain_name(input));
    } else if (kind == STANCE_INPUT_FOLDER || path_is_folder(input)) {
        char *root = path_real(input);
        add_folder(s, input, root, "");
        free(root);
    } else if (kind == STANCE_INPUT_GLOB) {
        add_glob(s, input);
    } else {
        add_file(s, input);
    }
}

/* ---- places ---- */

/* Length of the common folder's path, without a slash at its end; "/" is 0 long. */
static size_t common_length(const search *s)
{
    const char *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const char *root = s->at[i].root;
        if (!root)
            continue;
        if (!first) {
            first = root;
            n = strcmp(root, "/") == 0 ? 0 : strlen(root);
            continue;
        }
        size_t same = 0, last_slash = 0;
        while (same < n && first[same] == root[same])
            same++;
        for (size_t k = 0; k < same; k++)
            if (first[k] == '/')
                last_slash = k;
        bool whole = (same == n) && (root[same] == '/' || root[same] == '\0');
        n = whole ? n : root[same] == '\0' && first[same] == '/' ? same : last_slash;
    }
    return n;
}

static char *place_of(const found *f, size_t common)
{
    if (!f->root)
        return must_copy(f->rest);
    const char *below = f->root + common;
    below += strspn(below, "/");
    return path_join(below, f->rest);
}

/* ---- what was named twice ---- */

typedef struct named {
    char *path;
    size_t at;
} named;

static int compare_named(const void *a, const void *b)
{
    const named *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static void free_found(found *f)
{
    free(f->path);
    free(f->root);
    free(f->rest);
    *f = (found){0};
}

/* A file that was named twice, as in `clips/ clips/walk.mp4`, is taken once. */
static void drop_repeated(search *s)
{
    named *list = must_alloc(s->n, sizeof(*list));
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].root)
            list[n++] = (named){path_join(s->at[i].root, s->at[i].rest), i};
    qsort(list, n, sizeof(*list), compare_named);
    for (size_t i = 1; i < n; i++)
        if (strcmp(list[i].path, list[i - 1].path) == 0) {
            say(STANCE_LOG_INFO, "run", "%s: was named twice and is taken once",
                s->at[list[i].at].path);
            free_found(&s->at[list[i].at]);
        }
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].path)
            s->at[kept++] = s->at[i];
    s->n = kept;
    for (size_t i = 0; i < n; i++)
        free(list[i].path);
    free(list);
}

/* ---- jobs ---- */

static job *add_job(job_list *jobs, job_kind kind, const char *label)
{
    jobs->at = must_grow(jobs->at, jobs->n + 1, sizeof(*jobs->at));
    job *j = &jobs->at[jobs->n++];
    *j = (job){.kind = kind, .label = must_copy(label)};
    return j;
}

static void make_jobs(job_list *jobs, const search *s)
{
    size_t common = common_length(s), pictures = SIZE_MAX;
    for (size_t i = 0; i < s->n; i++) {
        const found *f = &s->at[i];
        bool picture = f->kind == STANCE_INPUT_PICTURE && f->err.code == 0;
        job_kind kind = picture                        ? JOB_PICTURES
                        : f->kind == STANCE_INPUT_LIVE ? JOB_LIVE
                                                       : JOB_VIDEO;
        if (!picture || pictures == SIZE_MAX)
            add_job(jobs, kind, f->path)->err = f->err;
        if (picture && pictures == SIZE_MAX)
            pictures = jobs->n - 1;
        job *j = &jobs->at[picture ? pictures : jobs->n - 1];
        char *place = place_of(f, common);
        strings_add(&j->inputs, f->path);
        strings_add(&j->places, place);
        free(place);
    }
    if (pictures == SIZE_MAX || jobs->at[pictures].inputs.n == 1)
        return;
    job *j = &jobs->at[pictures];
    free(j->label);
    j->label = must_format("%s and %zu more", j->inputs.at[0], j->inputs.n - 1);
}

/* What pictures together are called when nobody named an output. */
static char *make_title(const strings *inputs)
{
    if (inputs->n != 1 || !path_is_folder(inputs->at[0]))
        return must_copy("pictures");
    char *real = path_real(inputs->at[0]);
    char *title = must_copy(*path_name(real) ? path_name(real) : "pictures");
    free(real);
    return title;
}

void jobs_collect(job_list *jobs, const strings *inputs, const char *const leave_out[2])
{
    *jobs = (job_list){.title = make_title(inputs)};
    search s = {.leave_out = leave_out};
    for (size_t i = 0; i < inputs->n; i++) {
        stance_input_kind kind = stance_input_guess(inputs->at[i]);
        jobs->folders |= kind == STANCE_INPUT_FOLDER || kind == STANCE_INPUT_GLOB;
        add_input(&s, inputs->at[i]);
    }
    drop_repeated(&s);
    make_jobs(jobs, &s);
    jobs->folders |= jobs->n > 1;
    for (size_t i = 0; i < s.n; i++)
        free_found(&s.at[i]);
    free(s.at);
}

void jobs_clear(job_list *jobs)
{
    for (size_t i = 0; i < jobs->n; i++) {
        job *j = &jobs->at[i];
        free(j->label);
        free(j->video);
        free(j->json);
        free(j->truth);
        free(j->events_json);
        free(j->report);
        free(j->plot);
        free(j->screenshots);
        free(j->folder);
        strings_clear(&j->inputs);
        strings_clear(&j->places);
        strings_clear(&j->pictures);
    }
    free(jobs->at);
    free(jobs->title);
    *jobs = (job_list){0};
}
