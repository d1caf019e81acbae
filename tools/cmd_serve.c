/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance serve`: the HTTP API, until Ctrl-C or SIGTERM.
 */
#define _XOPEN_SOURCE 700 /* nanosleep */

#include "cmd_serve.h"

#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"
#include "serve.h"
#include "stop.h"

#define OWN(field) offsetof(serve_settings, field)

enum { NAP_MS = 100 };

static const stance_option address_rows[] = {
    {.name = "bind",
     .letter = 'b',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(bind),
     .preset = "127.0.0.1:8080",
     .value_name = "ADDRESS:PORT",
     .help = "where to listen; port 0 takes a free one. Other machines can reach any "
             "address but 127.0.0.1, which then needs --token-file"},
    {.name = "public-host",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(public_host),
     .value_name = "NAME",
     .help = "another name that requests may give in their Host header"},
    {.name = "token-file",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(token_file),
     .value_name = "FILE",
     .help = "its first line is the token that every request has to show"},
    {.name = "tls-certificate",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(tls_certificate),
     .value_name = "FILE",
     .help = "speak TLS (https), with this certificate and those that signed it: PEM"},
    {.name = "tls-key",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(tls_key),
     .value_name = "FILE",
     .help = "its key: PEM; not given: it is in the same file"},
    {.name = "auth",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(auth),
     .preset = "yes",
     .help = "ask other machines for a token"},
    {0},
};

static const stance_choice blurs[] = {
    {"none", SERVE_BLUR_NONE, "nothing"},
    {"faces", SERVE_BLUR_FACES, "heads of the people that are found, and of nobody else"},
    {0},
};

static const stance_choice stores[] = {
    {"all", SERVE_STORE_ALL, "joints, and annotated pictures and videos"},
    {"keypoints", SERVE_STORE_KEYPOINTS,
     "joints only: no picture is drawn, and uploads are kept in memory"},
    {0},
};

static const stance_option work_rows[] = {
    {.name = "model",
     .letter = 'm',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(model),
     .value_name = "NAME",
     .help = "network where a request names none; not given: the best that is here"},
    {.name = "data",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(data),
     .value_name = "FOLDER",
     .help = "where jobs and their results are; not given: in the user's data folder"},
    {.name = "events",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(events),
     .value_name = "ADDRESS",
     .help =
         "events database that is shown, and into which live sources and jobs write: a "
         "file, or postgresql://user@host/database"},
    {.name = "inputs",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(inputs),
     .value_name = "FOLDER",
     .help = "jobs may name files below it instead of sending them; they stay"},
    {.name = "source",
     .letter = 's',
     .type = STANCE_OPTION_STRING,
     .offset = OWN(sources),
     .join = '\n',
     .value_name = "INPUT",
     .help = "a camera, an address, a clip that begins again or drawn people: looked at "
             "live from the start; may be given several times"},
    {.name = "allow-source",
     .type = STANCE_OPTION_STRING,
     .offset = OWN(allow_sources),
     .join = '\n',
     .value_name = "PATTERN",
     .help = "live sources that requests may name, such as 'rtsp://10.0.0.*/*' or "
             "'camera:*'; may be given several times"},
    {.name = "streams",
     .type = STANCE_OPTION_INT,
     .offset = OWN(streams),
     .preset = "4",
     .min = 0,
     .max = 64,
     .help = "live sources that are looked at side by side; more are refused"},
    {.name = "jobs-at-once",
     .type = STANCE_OPTION_INT,
     .offset = OWN(jobs_at_once),
     .preset = "1",
     .min = 1,
     .max = 16,
     .help = "jobs that run side by side"},
    {.name = "queue",
     .type = STANCE_OPTION_INT,
     .offset = OWN(queue),
     .preset = "100",
     .min = 1,
     .max = 1e6,
     .help = "jobs that may wait; more are refused"},
    {.name = "pictures-at-once",
     .type = STANCE_OPTION_INT,
     .offset = OWN(pictures),
     .preset = "4",
     .min = 1,
     .max = 64,
     .help =
         "requests of /api/pose that are answered side by side, each by a process; more "
         "are refused"},
    {.name = "fetch",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(fetch),
     .preset = "yes",
     .help = "requests may have networks downloaded: known ones, from their makers, and "
             "checked"},
    {.name = "blur",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(blur),
     .preset = "none",
     .choices = blurs,
     .help = "what is made unrecognisable in all that is drawn, whatever a request asks "
             "for"},
    {.name = "store",
     .type = STANCE_OPTION_CHOICE,
     .offset = OWN(store),
     .preset = "all",
     .choices = stores,
     .help = "what is kept of a job"},
    {.name = "keep",
     .type = STANCE_OPTION_INT,
     .offset = OWN(keep_s),
     .preset = "86400",
     .min = 0,
     .max = 1e9,
     .unit = "seconds",
     .help = "how long results are kept; 0: until they are deleted"},
    {.name = "keep-inputs",
     .type = STANCE_OPTION_BOOL,
     .offset = OWN(keep_inputs),
     .preset = "no",
     .help = "keep uploads as long as their results, and give them out again"},
    {0},
};

static const stance_option limit_rows[] = {
    {.name = "max-upload",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_upload_mb),
     .preset = "2000",
     .min = 1,
     .max = 1e6,
     .unit = "MB",
     .help = "largest file that is taken"},
    {.name = "max-result",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_disk_mb),
     .preset = "4000",
     .min = 1,
     .max = 1e6,
     .unit = "MB",
     .help = "largest file that a job may write"},
    {.name = "max-per-client",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_per_client),
     .preset = "40",
     .min = 0,
     .max = 1e6,
     .help = "requests that another machine may have answered at once, viewers of live "
             "sources among them; 0: any number"},
    {.name = "max-total",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_total_mb),
     .preset = "50000",
     .min = 0,
     .max = 1e9,
     .unit = "MB",
     .help =
         "most that all uploads and results may take together; 0: what the disk has; not "
         "given: half of what is free there (in /dev/shm, too, with --store "
         "keypoints) if that is less"},
    {.name = "max-megapixels",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_megapixels),
     .preset = "50",
     .min = 0,
     .max = 1e4,
     .help = "largest picture, or frame of a video, that is looked at; 0: any"},
    {.name = "max-duration",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_duration_s),
     .preset = "14400",
     .min = 0,
     .max = 1e9,
     .unit = "seconds",
     .help = "longest video that is looked at; 0: any"},
    {.name = "max-time",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_seconds),
     .preset = "3600",
     .min = 1,
     .max = 1e6,
     .unit = "seconds",
     .help = "longest time that a job may take"},
    {.name = "max-memory",
     .type = STANCE_OPTION_INT,
     .offset = OWN(max_memory_mb),
     .preset = "8000",
     .min = 0,
     .max = 1e6,
     .unit = "MB",
     .help = "most address space that a job may use; 0: as the system allows"},
    {0},
};

const stance_option_group *serve_groups(void)
{
    static const stance_option_group all[] = {{"Address", address_rows, 0},
                                              {"Work", work_rows, 0},
                                              {"Limits", limit_rows, 0},
                                              {"Messages", say_options, OWN(say)},
                                              {0}};
    return all;
}

static int serve(const cli_line *line, void *settings)
{
    const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};
    server *s;
    stance_error err;
    ((serve_settings *)settings)->max_total_given = cli_is_given(line, "max-total");
    stop_install();
    signal(SIGCHLD, SIG_DFL); /* else the system forgets how children ended */
    umask(077); /* what it writes is for its owner alone, whoever may look into the folder
                 */
    if (server_open(&s, settings, &err) < 0)
        return say_error("serve", &err);
    say(STANCE_LOG_INFO, "serve", "listening at %s", server_address(s));
    while (!stop_asked())
        nanosleep(&nap, NULL);
    server_close(&s);
    return 0;
}

int cmd_serve(int argc, char **argv)
{
    serve_settings settings = {0};
    return command_run(argc, argv, &settings, serve);
}
