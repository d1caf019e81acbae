/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outputs on the disk: their folders, whether they are there, and what to call them.
 *
 * An output has its name only when it was ended properly, but a run that the user broke
 * off ends its outputs properly too. Such a JSON says "complete": false in its last
 * lines, and --skip-existing makes it again; a form of joints that cannot say it is
 * NAME.part again.
 */
#define _XOPEN_SOURCE 700 /* stat */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formats.h"
#include "jobs.h"

enum { TAIL = 4096 }; /* the summary is shorter */

static int make_folder_of(const char *path, stance_error *err)
{
    if (!path || strcmp(path, "-") == 0)
        return 0;
    char *folder = path_folder(path);
    int rc = make_folders(folder, err);
    free(folder);
    return rc;
}

int outputs_make_folders(const job *j, stance_error *err)
{
    int rc = make_folder_of(j->video, err);
    if (rc == 0)
        rc = make_folder_of(j->json, err);
    if (rc == 0)
        rc = make_folder_of(j->truth, err);
    if (rc == 0)
        rc = make_folder_of(j->events_json, err);
    if (rc == 0)
        rc = make_folder_of(j->report, err);
    if (rc == 0)
        rc = make_folder_of(j->plot, err);
    for (size_t i = 0; i < j->pictures.n && rc == 0; i++)
        rc = make_folder_of(j->pictures.at[i], err);
    return rc;
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* True when the end of the JSON, or a remark at the end of a report, says that all of the
 * input is in it. */
static bool says_complete(const char *path)
{
    char tail[TAIL + 1];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    if (fseek(file, -TAIL, SEEK_END) != 0)
        rewind(file);
    size_t n = fread(tail, 1, TAIL, file);
    fclose(file);
    for (size_t i = 0; i < n; i++) /* a NUL would hide what follows */
        if (tail[i] == '\0')
            tail[i] = ' ';
    tail[n] = '\0';
    const char *last = NULL, *at = tail;
    while ((at = strstr(at, "\"complete\"")) != NULL)
        last = at += strlen("\"complete\"");
    if (!last)
        return false;
    last += strspn(last, " \t\r\n:");
    return strncmp(last, "true", 4) == 0;
}

uint64_t outputs_mark(const job *j)
{
    struct stat st;
    return j->json && stat(j->json, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_ino
                                                                     : 0;
}

void outputs_set_aside(job *j, const run_settings *s, uint64_t before)
{
    uint64_t now = outputs_mark(j);
    if (now == 0 || now == before || format_of(s->own.format, j->json)->says_complete)
        return;
    char *part = must_format("%s.part", j->json);
    if (rename(j->json, part) == 0) {
        free(j->json);
        j->json = part;
        return;
    }
    say(STANCE_LOG_WARN, "run", "%s: is not all of it, and cannot be put under %s",
        j->json, part);
    free(part);
}

bool outputs_exist(const job *j, const run_settings *s)
{
    if (!j->video && !j->json && !j->truth && !j->pictures.n && !j->events_json &&
        !j->report && !j->plot)
        return false;
    if (j->video && !is_file(j->video))
        return false;
    /* Other forms than JSON of our own have their name only when they are whole. */
    const format_row *form = j->json ? format_of(s->own.format, j->json) : NULL;
    if (form && !(form->says_complete ? says_complete(j->json) : is_file(j->json)))
        return false;
    if (j->truth && !says_complete(j->truth))
        return false;
    if (j->events_json && !says_complete(j->events_json))
        return false;
    if (j->report && !says_complete(j->report))
        return false;
    if (j->plot && !says_complete(j->plot))
        return false;
    for (size_t i = 0; i < j->pictures.n; i++)
        if (!is_file(j->pictures.at[i]))
            return false;
    return true;
}

void outputs_words(text *t, const job *j)
{
    if (j->video)
        text_add(t, j->video);
    if (j->pictures.n == 1) {
        text_add(t, j->pictures.at[0]);
    } else if (j->pictures.n) {
        text_addf(t, "%zu pictures in %s", j->pictures.n, j->folder);
    }
    bool server = j->events && stance_event_db_is_server(j->events);
    const char *const joints[] = {
        j->json,   j->truth, j->events_json, server ? "the events database" : j->events,
        j->report, j->plot};
    for (size_t i = 0; i < sizeof(joints) / sizeof(*joints); i++) {
        if (joints[i] && t->n)
            text_add(t, " and ");
        if (joints[i])
            text_add(t, strcmp(joints[i], "-") == 0 ? "standard output" : joints[i]);
    }
}
