/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that goes to standard error: messages, the library's log, the progress line.
 *
 * Standard output is for results (--json -), so nothing is ever said there. The progress
 * line stands without a line end at the bottom of a terminal; whoever says something else
 * first wipes it. Messages come from several of the library's threads, hence the lock.
 */
#define _XOPEN_SOURCE 700 /* isatty */

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools.h"

/* Guards `now` and `progress_shown` and keeps lines apart; nothing is called under it. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    stance_log_level most; /* what is less important is not said */
    bool json;
    int progress;
} now = {.most = STANCE_LOG_INFO};
static bool progress_shown;

static const stance_choice formats[] = {
    {"text", LOG_TEXT, "lines for people"},
    {"json", LOG_JSON, "one JSON object a line"},
    {0},
};

static const stance_choice progresses[] = {
    {"auto", PROGRESS_AUTO, "a line that is replaced, on a terminal"},
    {"json", PROGRESS_JSON, "a JSON object a line, for programs"},
    {"none", PROGRESS_NONE, "nothing"},
    {0},
};

const stance_option say_options[] = {
    {.name = "quiet",
     .letter = 'q',
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(say_settings, quiet),
     .preset = "no",
     .help = "say nothing but errors"},
    {.name = "verbose",
     .letter = 'v',
     .type = STANCE_OPTION_BOOL,
     .offset = offsetof(say_settings, verbose),
     .preset = "no",
     .help = "say more: what was chosen and why"},
    {.name = "log-format",
     .type = STANCE_OPTION_CHOICE,
     .offset = offsetof(say_settings, format),
     .preset = "text",
     .choices = formats,
     .help = "how messages are written on standard error"},
    {.name = "progress",
     .type = STANCE_OPTION_CHOICE,
     .offset = offsetof(say_settings, progress),
     .preset = "auto",
     .choices = progresses,
     .help = "how it is told on standard error how far the work is"},
    {0},
};

static const char *const level_names[] = {"error", "warning", "info", "debug", "trace"};

static void wipe_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

static void write_line(stance_log_level level, const char *part, const char *line)
{
    if (level > now.most)
        return;
    wipe_progress();
    if (now.json) {
        json_text j = {0};
        json_open(&j, NULL, '{');
        json_string(&j, "level", level_names[level]);
        json_string(&j, "part", part);
        json_string(&j, "message", line);
        json_close(&j, '{');
        fprintf(stderr, "%s\n", j.text.data);
        free(j.text.data);
    } else if (level == STANCE_LOG_WARN) {
        fprintf(stderr, "stance: warning: %s\n", line);
    } else if (level >= STANCE_LOG_DEBUG) {
        fprintf(stderr, "stance: %s: %s\n", part, line);
    } else {
        fprintf(stderr, "stance: %s\n", line);
    }
}

static void receive_log(void *user, stance_log_level level, const char *part,
                        const char *line)
{
    (void)user;
    pthread_mutex_lock(&lock);
    write_line(level, part, line);
    pthread_mutex_unlock(&lock);
}

void say_set(const say_settings *settings)
{
    stance_log_level most = settings->quiet     ? STANCE_LOG_ERROR
                            : settings->verbose ? STANCE_LOG_DEBUG
                                                : STANCE_LOG_INFO;
    pthread_mutex_lock(&lock);
    now.most = most;
    now.json = settings->format == LOG_JSON;
    now.progress = settings->progress;
    pthread_mutex_unlock(&lock);
    stance_log_set(receive_log, NULL, most);
}

static void say_args(stance_log_level level, const char *part, const char *format,
                     va_list args)
{
    char line[1024];
    vsnprintf(line, sizeof(line), format, args);
    one_line(line);
    receive_log(NULL, level, part, line);
}

void say(stance_log_level level, const char *part, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_args(level, part, format, args);
    va_end(args);
}

int say_error(const char *part, const stance_error *err)
{
    receive_log(NULL, STANCE_LOG_ERROR, part, err->message);
    return stance_status_exit(err->code);
}

int say_misuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say_args(STANCE_LOG_ERROR, "stance", format, args);
    va_end(args);
    return stance_status_exit(STANCE_EINVAL);
}

bool say_shows_progress(void)
{
    return now.progress == PROGRESS_AUTO && now.most >= STANCE_LOG_INFO && !now.json &&
           isatty(STDERR_FILENO);
}

bool say_progress_is_json(void)
{
    return now.progress == PROGRESS_JSON;
}

/* How many bytes of the line fit into the terminal; a character of several bytes is not
 * cut. */
static int fitting(const char *line)
{
    struct winsize size;
    int columns = 80;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        columns = size.ws_col;
    int n = 0;
    for (int used = 0; line[n] && used < columns - 1; used++)
        do
            n++;
        while (((unsigned char)line[n] & 0xC0) == 0x80);
    return n;
}

void say_progress(const char *line)
{
    if (!say_shows_progress())
        return;
    pthread_mutex_lock(&lock);
    wipe_progress();
    if (*line) {
        fprintf(stderr, "%.*s", fitting(line), line);
        progress_shown = true;
    }
    fflush(stderr);
    pthread_mutex_unlock(&lock);
}

void say_raw(const char *string)
{
    pthread_mutex_lock(&lock);
    wipe_progress();
    fputs(string, stderr);
    pthread_mutex_unlock(&lock);
}

bool say_is_json(void)
{
    return now.json;
}

bool say_wants(stance_log_level level)
{
    return level <= now.most;
}

int print_out(const char *string)
{
    if (fputs(string, stdout) == EOF || fflush(stdout) == EOF) {
        say(STANCE_LOG_ERROR, "stance", "standard output could not be written");
        return stance_status_exit(STANCE_EOUTPUT);
    }
    return 0;
}
