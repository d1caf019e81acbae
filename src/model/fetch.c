/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file from an address to its name: the only place with libcurl.
 *
 * Bytes go to NAME.part, which stays when a transfer breaks off, so that the next one
 * goes on from there. Nothing larger than the card says is taken. Only when the sha256 is
 * right does the file get its name. STANCE_MODEL_MIRROR replaces the scheme and host of
 * every address, for mirrors and closed networks.
 */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/fetch_archive.h"
#include "model/store.h"

enum { CONNECT_S = 20, STALLED_S = 30, REDIRECTS_MAX = 10 };

typedef struct transfer {
    const st_fetch *fetch;
    FILE *file;
    int64_t had;  /* bytes of an earlier transfer */
    int64_t most; /* bytes the file may have */
    int64_t done;
    bool too_large, write_failed, stopped;
    stance_progress_fn progress;
    void *user;
} transfer;

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The address to ask, st_free(). */
static char *mirrored(const char *url)
{
    const char *mirror = getenv("STANCE_MODEL_MIRROR");
    const char *host = strstr(url, "://");
    if (!mirror || !*mirror || !host)
        return st_strdup(url);
    const char *path = strchr(host + 3, '/');
    size_t n = strlen(mirror);
    while (n > 0 && mirror[n - 1] == '/')
        n--;
    return st_format("%.*s%s", (int)n, mirror, path ? path : "/");
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *user)
{
    transfer *t = user;
    (void)size; /* always 1 */
    if (t->had + t->done + (int64_t)n > t->most) {
        t->too_large = true;
        return 0;
    }
    if (fwrite(bytes, 1, n, t->file) != n) {
        t->write_failed = true;
        return 0;
    }
    t->done += (int64_t)n;
    return n;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    transfer *t = user;
    (void)up_total;
    (void)up_now;
    if (t->progress && !t->progress(t->user, t->fetch->name, t->had + now,
                                    total > 0 ? t->had + total : t->fetch->bytes))
        t->stopped = true;
    return t->stopped;
}

static void set_up(CURL *curl, transfer *t, const char *url, char *reason)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALLED_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "stance");
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->had);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static int judge(const transfer *t, CURLcode code, const char *url, const char *part,
                 const char *reason, stance_error *err)
{
    if (t->stopped)
        return st_fail(err, STANCE_EINTERRUPTED, "%s: download stopped", t->fetch->name);
    if (t->too_large)
        return st_fail(err, STANCE_EMODEL, "%s: expected at most %lld bytes, found more",
                       url, (long long)t->most);
    if (t->write_failed)
        return st_fail(err, STANCE_EOUTPUT, "%s: %s", part, strerror(errno));
    if (code != CURLE_OK)
        return st_fail(err, STANCE_EMODEL, "%s could not be downloaded: %s", url,
                       reason[0] ? reason : curl_easy_strerror(code));
    return 0;
}

/* One transfer onto the end of an open part. @param code what libcurl said */
static int transfer_once(transfer *t, const char *url, const char *part, CURLcode *code,
                         stance_error *err)
{
    char reason[CURL_ERROR_SIZE] = "";
    CURL *curl = curl_easy_init();
    if (!curl)
        return st_fail_memory(err);
    t->done = 0;
    set_up(curl, t, url, reason);
    *code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    if (fflush(t->file) != 0)
        t->write_failed = true;
    return judge(t, *code, url, part, reason, err);
}

static bool start_anew(transfer *t)
{
    t->had = 0;
    t->too_large = false;
    return ftruncate(fileno(t->file), 0) == 0 && fseek(t->file, 0, SEEK_SET) == 0;
}

/* Bring the address into `part`, going on where an earlier transfer stopped. */
static int download(const st_fetch *fetch, const char *part, int64_t most,
                    stance_progress_fn progress, void *user, stance_error *err)
{
    transfer t = {.fetch = fetch, .most = most, .progress = progress, .user = user};
    CURLcode code;
    int rc = 0;
    char *url = mirrored(fetch->url);
    t.file = fopen(part, "ab");
    if (!url) {
        rc = st_fail_memory(err);
        goto out;
    }
    if (!t.file || flock(fileno(t.file), LOCK_EX | LOCK_NB) != 0) {
        rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", part,
                     t.file ? "another process is downloading it" : strerror(errno));
        goto out;
    }
    t.had = st_file_size(part);
    if (t.had == most) /* all of it is there: it broke off before it was checked */
        goto out;
    if (t.had > most && !start_anew(&t)) {
        rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", part, strerror(errno));
        goto out;
    }
    rc = transfer_once(&t, url, part, &code, err);
    bool cannot_resume = code == CURLE_RANGE_ERROR || code == CURLE_HTTP_RETURNED_ERROR;
    if (rc == STANCE_EMODEL && t.had > 0 && (cannot_resume || t.too_large) &&
        start_anew(&t))
        rc = transfer_once(&t, url, part, &code, err);
    if (rc == STANCE_EMODEL && t.too_large)
        start_anew(&t); /* nothing of it is of use */
out:
    if (t.file)
        fclose(t.file);
    if (rc < 0 && st_file_size(part) == 0)
        unlink(part);
    st_free(url);
    return rc;
}

static int check_and_name(const st_fetch *fetch, const char *part, stance_error *err)
{
    char hex[65];
    int rc = st_sha256_file(part, hex, err);
    if (rc == 0 && strcmp(hex, fetch->sha256) != 0)
        rc = st_fail(err, STANCE_EMODEL, "%s: expected sha256 %s, found %s", fetch->url,
                     fetch->sha256, hex);
    if (rc == 0 && rename(part, fetch->path) != 0)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", fetch->path, strerror(errno));
    if (rc < 0)
        unlink(part); /* the same bytes again would be no better */
    return rc;
}

int st_fetch_file(const st_fetch *fetch, stance_progress_fn progress, void *user,
                  stance_error *err)
{
    pthread_once(&curl_once, start_curl);
    char *part = st_format("%s.part", fetch->path);
    char *archive = st_format("%s.archive.part", fetch->path);
    int rc = 0;
    int64_t most = fetch->bytes >= 0 ? fetch->bytes : ST_MAX_MODEL_BYTES;
    if (!part || !archive)
        rc = st_fail_memory(err);
    else if (!fetch->member)
        rc = download(fetch, part, most, progress, user, err);
    else {
        rc = download(fetch, archive, ST_MAX_MODEL_BYTES, progress, user, err);
        if (rc == 0) {
            rc = st_archive_extract(archive, fetch->member, most, part, err);
            unlink(archive);
        }
    }
    if (rc == 0)
        rc = check_and_name(fetch, part, err);
    st_free(archive);
    st_free(part);
    return rc;
}
