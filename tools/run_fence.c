/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fenced run may open: its inputs, the folders of its outputs, networks and their
 * cache, the devices that it was told to use.
 *
 * The cache of compiled networks is for reading only, because other programs run what
 * lies there. So that it is filled all the same, a process that ends before the input is
 * opened compiles the network (run_prepare). An SQLite database is three files, which
 * are made before, as nothing can be made beside it afterwards.
 */
#define _XOPEN_SOURCE 700 /* nftw, setenv */

#include "run_fence.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "stop.h"

enum { MOST_OPEN_FOLDERS = 8, NAP_MS = 5 };

bool run_is_fenced(const run_settings *s)
{
    /* What another machine does needs no fence here. */
    return (s->library.source.untrusted || s->own.fence) && !s->own.server;
}

/* ---- beforehand ---- */

static bool is_file_database(const char *address)
{
    return address && !stance_event_db_is_server(address);
}

/* In a process of its own; what it has to say the run says again. */
static void prepare(const run_settings *s, const stance_settings *library)
{
    stance_settings offline = *library;
    stance_event_db *db = NULL;
    stance_run *run;
    stance_error err;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (is_file_database(s->own.events) &&
        stance_event_db_open(&db, s->own.events, STANCE_EVENT_DB_WRITE, &err) == 0)
        stance_event_db_close(&db, &err);
    offline.model.offline = true;
    if (s->own.fill_cache && library->model.cache &&
        stance_run_open(&run, &offline, &err) == 0)
        stance_run_model(run, &err);
}

void run_prepare(const run_settings *s, const stance_settings *library)
{
    bool database = is_file_database(s->own.events) && access(s->own.events, F_OK) != 0;
    if (!database && !(s->own.fill_cache && library->model.cache))
        return;
    pid_t pid = fork();
    if (pid == 0) {
        prepare(s, library);
        _exit(0);
    }
    while (pid > 0 && waitpid(pid, NULL, WNOHANG) == 0) {
        if (stop_asked())
            kill(pid, SIGKILL);
        nap_ms(NAP_MS);
    }
}

/* ---- networks ---- */

static fence *walked; /* nftw() hands nothing on; there are no threads yet */

static int add_link(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)at;
    if (kind == FTW_SL)
        strings_add(&walked->read, path);
    return 0;
}

/* A folder of networks, of which some may be links to other places. */
static void add_folder_of_networks(fence *f, const char *folder)
{
    strings_add(&f->read, folder);
    walked = f;
    nftw(folder, add_link, MOST_OPEN_FOLDERS, FTW_PHYS);
    walked = NULL;
}

/* A network named by a path: what belongs to it lies beside it. A plain name may be a
 * file of the current folder, which is not for that reason to be read. */
static void add_network(fence *f, const char *name)
{
    if (!name)
        return;
    char *folder = strchr(name, '/') ? path_folder(name) : NULL;
    if (folder) {
        strings_add(&f->read, folder);
    } else {
        char *weights = must_format("%.*s.bin", (int)(path_ending(name) - name), name);
        strings_add(&f->read, name);
        strings_add(&f->read, weights);
        free(weights);
    }
    free(folder);
}

static void add_cache(fence *f)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char *path = cache && *cache == '/'
                     ? must_format("%s/stance/compiled", cache)
                     : must_format("%s/.cache/stance/compiled", home ? home : "");
    strings_add(&f->read, path);
    free(path);
}

static void add_devices(fence *f, const run_settings *s)
{
    static const char *const graphics[] = {"/dev/dri", "/dev/accel", "/dev/nvidiactl",
                                           "/dev/nvidia0", "/dev/nvidia-uvm"};
    const char *device = s->library.model.device, *decoder = s->library.source.hwaccel;
    bool needed = (device && strcmp(device, "CPU") != 0) ||
                  (decoder && strcmp(decoder, "none") != 0);
    for (size_t i = 0; needed && i < sizeof(graphics) / sizeof(graphics[0]); i++)
        strings_add(&f->devices, graphics[i]);
}

void run_fence_networks(fence *f, const run_settings *s)
{
    const stance_model_settings *model = &s->library.model;
    stance_store *store;
    stance_error err;
    const char *folder;
    if (stance_store_open(&store, &err) == 0) {
        for (size_t i = 0; (folder = stance_store_folder(store, i)) != NULL; i++)
            add_folder_of_networks(f, folder);
        stance_store_close(&store);
    }
    add_network(f, model->model);
    add_network(f, model->detector);
    if (model->card) {
        char *beside = path_folder(model->card);
        strings_add(&f->read, beside);
        free(beside);
    }
    if (model->replay)
        strings_add(&f->read, model->replay);
    fence_write_at(f, model->record);
    add_cache(f);
    add_devices(f, s);
}

/* ---- inputs and outputs ---- */

static void add_input(fence *f, const char *input)
{
    static const char camera[] = "camera:";
    if (strncmp(input, camera, sizeof(camera) - 1) == 0) {
        const char *which = input + sizeof(camera) - 1;
        char *path = *which == '/' ? must_copy(which)
                                   : must_format("/dev/video%s", *which ? which : "0");
        strings_add(&f->devices, path);
        free(path);
    } else if (stance_input_guess(input) == STANCE_INPUT_LIVE &&
               strncmp(input, "/dev/", 5) == 0) {
        strings_add(&f->devices, input);
    } else if (strstr(input, "://")) {
        f->network = f->network < FENCE_INTERNET ? FENCE_INTERNET : f->network;
    } else {
        strings_add(&f->read, input);
    }
}

/* What passwords for a database's server are looked for in. */
static void add_passwords(fence *f)
{
    static const char *const below_home[] = {".pgpass", ".pg_service.conf", ".postgresql",
                                             NULL};
    static const char *const named[] = {"PGPASSFILE", "PGSERVICEFILE", NULL};
    const char *home = getenv("HOME");
    for (int i = 0; below_home[i] && home; i++) {
        char *path = must_format("%s/%s", home, below_home[i]);
        strings_add(&f->read, path);
        free(path);
    }
    for (int i = 0; named[i]; i++)
        if (getenv(named[i]))
            strings_add(&f->read, getenv(named[i]));
}

void run_fence_events(fence *f, const char *address)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    if (!address)
        return;
    if (!is_file_database(address)) {
        f->network = FENCE_SOCKETS;
        add_passwords(f);
        return;
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char *path = must_format("%s%s", address, endings[i]);
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd >= 0)
            close(fd);
        strings_add(&f->write, path);
        free(path);
    }
}

static void add_outputs(fence *f, const job *j)
{
    fence_write_at(f, j->video);
    fence_write_at(f, j->json);
    fence_write_at(f, j->truth);
    fence_write_at(f, j->events_json);
    fence_write_at(f, j->report);
    fence_write_at(f, j->plot);
    fence_write_at(f, j->screenshots);
    for (size_t i = 0; i < j->pictures.n; i++)
        fence_write_at(f, j->pictures.at[i]);
}

static void add_jobs(fence *f, const run_settings *s, const job_list *jobs)
{
    stance_error err;
    for (size_t i = 0; i < jobs->n; i++) {
        const job *j = &jobs->at[i];
        for (size_t k = 0; k < j->inputs.n; k++)
            add_input(f, j->inputs.at[k]);
        outputs_make_folders(j, &err); /* who needs them tells what is wrong */
        add_outputs(f, j);
    }
    fence_write_at(f, s->own.stats_json);
    run_fence_events(f, s->own.events);
    if (s->own.show) {
        f->network = FENCE_SOCKETS;
        f->any_file = true;
    }
}

/* ---- putting it up ---- */

void run_fence_in(const fence *f)
{
    for (size_t i = 0; i < f->write.n; i++)
        if (path_is_folder(f->write.at[i])) { /* what has no name is made there */
            setenv("TMPDIR", f->write.at[i], 1);
            break;
        }
    unsigned force = fence_in(f);
    if (!(force & FENCE_FILES))
        say(STANCE_LOG_WARN, "run", "which files may be opened is not limited: %s",
            f->any_file ? "a window needs many" : "this system has no Landlock");
    if (!(force & FENCE_CALLS))
        say(STANCE_LOG_WARN, "run",
            "system calls are not limited: this system or build has no seccomp");
}

void run_fence_up(const run_settings *s, const stance_settings *library,
                  const job_list *jobs)
{
    fence f = {0};
    run_prepare(s, library);
    run_fence_networks(&f, s);
    add_jobs(&f, s, jobs);
    run_fence_in(&f);
    fence_clear(&f);
}
