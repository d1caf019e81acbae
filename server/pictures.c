/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pool of workers for single pictures.
 *
 * Each worker has a folder of its own, the only one that it can open: a picture is moved
 * there to be looked at, and what comes of it is moved away.
 */
#include "pictures.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "child_says.h"
#include "folders.h"

enum {
    MOST = 64,
    MEGA = 1000000,
    PICTURES = 300, /* that a worker looks at */
    IDLE_US = 60000000,
    LONGEST_S = 120,
    END_S = 5,   /* for a worker that was told to end */
    STORAGE = 4, /* exit status of who could not write */
};

typedef struct worker {
    child c;
    char *options; /* NULL: there is no worker */
    char *folder;  /* its own; NULL likewise */
    bool busy;
    int n_done;
    int64_t used_us; /* steady clock */
} worker;

struct pictures {
    const serve_settings *settings;
    char *folder; /* of the workers' folders */
    /* Guards `busy` of each. A worker that is busy belongs, but for that, to the one who
     * set it so. */
    pthread_mutex_t lock;
    worker workers[MOST];
    size_t n;
    atomic_bool hurry;
};

/* Where uploads lie as well, so that moving one is giving it another name. */
static char *folder_of_workers(const serve_settings *settings)
{
    char *data = folder_of_data(settings->data), *memory = NULL;
    stance_error err;
    if (settings->store == SERVE_STORE_KEYPOINTS)
        folder_in_memory(data, &memory, &err); /* the queue has told, if there is none */
    char *folder = must_format("%s/workers", memory ? memory : data);
    free(memory);
    free(data);
    folder_remove(folder); /* what a server that was killed has left */
    return folder;
}

pictures *pictures_new(const serve_settings *settings)
{
    pictures *p = must_alloc(1, sizeof(*p));
    memset(p, 0, sizeof(*p));
    p->settings = settings;
    p->folder = folder_of_workers(settings);
    atomic_init(&p->hurry, false);
    p->n = settings->pictures < MOST ? (size_t)settings->pictures : MOST;
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

/* For one picture: somebody waits for it. */
static int64_t patience_us(const pictures *p)
{
    int64_t s =
        p->settings->max_seconds < LONGEST_S ? p->settings->max_seconds : LONGEST_S;
    return s * MEGA;
}

/* ---- one worker ---- */

static int make_folder(const pictures *p, worker *w, stance_error *err)
{
    char id[RANDOM_ID + 1];
    int rc = folder_make_all(p->folder, err);
    if (rc == 0)
        rc = random_id(id, err);
    if (rc < 0)
        return rc;
    w->folder = must_format("%s/%s", p->folder, id);
    return folder_make(w->folder, err);
}

static void remove_folder(worker *w)
{
    if (w->folder)
        folder_remove(w->folder);
    free(w->folder);
    w->folder = NULL;
}

arguments pictures_arguments(const serve_settings *s, const char *options)
{
    arguments a = {0};
    arguments_add(&a, must_copy("worker"));
    arguments_add(&a, must_copy("--name=picture"));
    arguments_add(&a, must_copy("--untrusted"));
    arguments_add(&a, must_copy("--offline"));
    arguments_add(&a, must_copy("--log-format=json"));
    arguments_add(&a, must_format("--max-megapixels=%lld", (long long)s->max_megapixels));
    arguments_add_options(&a, options, s);
    return a;
}

static int start(const pictures *p, worker *w, const char *options, stance_error *err)
{
    const serve_settings *s = p->settings;
    const child_limits limits = {.memory_bytes = s->max_memory_mb * MEGA,
                                 .file_bytes = s->max_disk_mb * MEGA};
    arguments a = pictures_arguments(s, options);
    int rc = make_folder(p, w, err);
    if (rc == 0) {
        arguments_add(&a, must_format("--output=%s", w->folder));
        arguments_add_cache(&a, "picture", options);
        rc = child_start(&w->c, arguments_end(&a), &limits, CHILD_INPUT, err);
    }
    if (rc < 0)
        remove_folder(w);
    arguments_clear(&a);
    if (rc == 0) {
        w->options = must_copy(options);
        w->n_done = 0;
    }
    return rc;
}

/* Its input is closed, which tells it to end; what it still says does not matter.
 * @return in words what ended it; NULL: it ended by itself */
static const char *end(worker *w)
{
    const char *why;
    char *line;
    if (w->c.input >= 0) {
        close(w->c.input);
        w->c.input = -1;
    }
    if (w->c.kill_at_us == INT64_MAX)
        w->c.kill_at_us = steady_us() + END_S * (int64_t)MEGA;
    while ((line = child_line(&w->c, NULL, NULL)) != NULL)
        free(line);
    child_end(&w->c, &why);
    free(w->options);
    w->options = NULL;
    return why;
}

static void dismiss(worker *w)
{
    end(w);
    remove_folder(w);
}

static bool is_in_a_hurry(void *user)
{
    return atomic_load(&((pictures *)user)->hurry);
}

void pictures_hurry(pictures *p)
{
    atomic_store(&p->hurry, true);
}

static bool hand_over(worker *w, const char *line)
{
    size_t n = strlen(line), done = 0;
    while (done < n) {
        struct pollfd wait = {.fd = w->c.input, .events = POLLOUT};
        ssize_t written = write(w->c.input, line + done, n - done);
        if (written > 0)
            done += (size_t)written;
        else if (errno != EAGAIN && errno != EINTR)
            return false;
        else if (poll(&wait, 1, END_S * 1000) <= 0)
            return false;
    }
    return true;
}

/* @return exit status, -1: it is gone */
static int ask(pictures *p, worker *w, const char *line, char **error)
{
    int status = -1;
    bool answered = false;
    char *said = NULL;
    *error = NULL;
    w->c.kill_at_us = steady_us() + patience_us(p);
    if (hand_over(w, line))
        while (!answered && (said = child_line(&w->c, is_in_a_hurry, p)) != NULL) {
            child_says says = child_says_read(said);
            free(said);
            if (says.error[0]) {
                free(*error);
                *error = must_copy(says.error);
            }
            answered = says.done;
            status = says.done ? says.status : -1;
        }
    if (answered) {
        w->c.kill_at_us = INT64_MAX;
        w->n_done++;
        return status;
    }
    const char *why = end(w);
    if (why || !*error) {
        free(*error);
        *error = must_copy(why ? why : "it failed without a word");
    }
    return -1;
}

/* ---- the pool ---- */

static worker *idle_with(pictures *p, const char *options)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->workers[i].busy && p->workers[i].options &&
            strcmp(p->workers[i].options, options) == 0)
            return &p->workers[i];
    return NULL;
}

/* A place without a worker, or the one whose worker nobody has asked for the longest. */
static worker *idle_oldest(pictures *p)
{
    worker *oldest = NULL;
    for (size_t i = 0; i < p->n; i++) {
        worker *w = &p->workers[i];
        if (!w->busy && (!oldest || (oldest->options && !w->options) ||
                         (oldest->options && w->used_us < oldest->used_us)))
            oldest = w;
    }
    return oldest;
}

static worker *take(pictures *p, const char *options)
{
    pthread_mutex_lock(&p->lock);
    worker *w = idle_with(p, options);
    if (!w)
        w = idle_oldest(p);
    if (w)
        w->busy = true;
    pthread_mutex_unlock(&p->lock);
    return w;
}

static void give_back(pictures *p, worker *w)
{
    pthread_mutex_lock(&p->lock);
    w->used_us = steady_us();
    w->busy = false;
    pthread_mutex_unlock(&p->lock);
}

/* What is asked for, and where it lies meanwhile. */
typedef struct errand {
    const char *input, *json, *drawn; /* as in pictures_do() */
    char *inside[3];                  /* the same in the worker's folder */
} errand;

static void move_in(errand *e, const worker *w, stance_error *err)
{
    static const char *const names[] = {"input", "result.json", "result.jpg"};
    for (int i = 0; i < 3; i++)
        e->inside[i] = must_format("%s/%s", w->folder, names[i]);
    file_move(e->input, e->inside[0], err); /* else the worker finds none, and says so */
}

/* The picture as well: it may have to be looked at once more. */
static int move_out(errand *e, int status, stance_error *err)
{
    const char *const outside[3] = {e->input, e->json, e->drawn};
    int rc = 0;
    for (int i = 0; i < 3; i++) {
        if (i == 0)
            file_move(e->inside[i], outside[i], &(stance_error){0});
        else if (status == 0 && outside[i] && rc == 0)
            rc = file_move(e->inside[i], outside[i], err);
        else
            remove(e->inside[i]);
        free(e->inside[i]);
    }
    return rc;
}

/* One picture to a worker that is there. @return as pictures_do() */
static int do_errand(pictures *p, worker *w, errand *e, char **error)
{
    stance_error err;
    move_in(e, w, &err);
    char *hidden = must_copy(e->inside[0]);
    char *line = must_format("%s\t%s\t%s\n", e->inside[0], e->inside[1],
                             e->drawn ? e->inside[2] : "");
    int status = ask(p, w, line, error);
    if (move_out(e, status, &err) < 0) {
        status = STORAGE;
        free(*error);
        *error = must_copy(err.message);
    }
    if (status < 0 && w->options)
        end(w);
    if (!w->options)
        remove_folder(w);
    *error = child_hide(*error, hidden);
    free(hidden);
    free(line);
    return status;
}

int pictures_do(pictures *p, const char *input, const char *json, const char *drawn,
                const char *options, char **error)
{
    errand e = {.input = input, .json = json, .drawn = drawn};
    stance_error err;
    worker *w = take(p, options);
    *error = NULL;
    if (!w)
        return PICTURES_BUSY;
    if (w->options && (strcmp(w->options, options) != 0 || w->n_done >= PICTURES))
        dismiss(w);
    int64_t began_us = steady_us();
    bool used = w->options != NULL;
    int status = used ? do_errand(p, w, &e, error) : -1;
    /* One that others have used may have been gone before: that is not this picture's. */
    if (!used ||
        (status < 0 && steady_us() - began_us < patience_us(p) && !is_in_a_hurry(p))) {
        free(*error);
        *error = NULL;
        if (start(p, w, options, &err) == 0) {
            status = do_errand(p, w, &e, error);
        } else {
            status = STORAGE;
            *error = must_copy(err.message);
        }
    }
    give_back(p, w);
    return status;
}

void pictures_sweep(pictures *p)
{
    for (size_t i = 0; i < p->n; i++) {
        worker *w = &p->workers[i];
        pthread_mutex_lock(&p->lock);
        bool old = !w->busy && w->options && steady_us() - w->used_us > IDLE_US;
        w->busy |= old;
        pthread_mutex_unlock(&p->lock);
        if (!old)
            continue;
        dismiss(w);
        give_back(p, w);
    }
}

void pictures_free(pictures **out)
{
    pictures *p = *out;
    *out = NULL;
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        if (p->workers[i].options)
            dismiss(&p->workers[i]);
    folder_remove(p->folder);
    free(p->folder);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
