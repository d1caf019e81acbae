/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks coming into the user's folder: by download, or copied from a folder. A file
 * gets its name there only when its hash is the card's; each card has a folder of its
 * own, so that two networks may call their files alike.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"
#include "model/store.h"

enum { IMPORT_DEPTH = 8 };

int st_store_own_path(const stance_store *store, const st_card *card, const char *file,
                      char **path, stance_error *err)
{
    *path = NULL;
    if (!store->own)
        return st_fail(
            err, STANCE_EOUTPUT,
            "no folder to keep networks in: HOME and XDG_DATA_HOME are not set");
    char *folder = st_path_join(store->own, card->name);
    int rc = folder ? st_make_folders(folder, err) : st_fail_memory(err);
    if (rc == 0) {
        *path = st_path_join(folder, file);
        rc = *path ? 0 : st_fail_memory(err);
    }
    st_free(folder);
    return rc;
}

/* ---- download ---- */

static int fetch_one(stance_store *store, const st_card *card, const st_card_file *file,
                     stance_progress_fn progress, void *user, stance_error *err)
{
    char *path;
    if (!file->url)
        return st_fail(err, STANCE_EMODEL,
                       "%s: %s has no address to download it from; 'stance models import "
                       "DIR' takes it from a folder",
                       card->name, file->name);
    int rc = st_store_own_path(store, card, file->name, &path, err);
    if (rc < 0)
        return rc;
    st_fetch fetch = {.url = file->url,
                      .member = file->member,
                      .name = file->name,
                      .sha256 = file->sha256,
                      .bytes = file->bytes,
                      .path = path};
    rc = st_fetch_file(&fetch, progress, user, err);
    st_free(path);
    return rc;
}

int stance_store_fetch(stance_store *store, const char *name, stance_progress_fn progress,
                       void *user, stance_error *err)
{
    stance_error own;
    err = err ? err : &own;
    st_store_entry *entry = st_store_entry_find(store, name, err);
    if (!entry)
        return err->code;
    const st_card *card = &entry->card;
    for (size_t i = 0; i < card->n_files; i++)
        if (!card->files[i].sha256)
            return st_fail(
                err, STANCE_EMODEL,
                "%s: the publisher gives no sha256 for %s, so a download could "
                "not be checked; 'stance models import DIR --trust %s' takes a "
                "copy that you trust",
                name, card->files[i].name, name);
    int rc = 0;
    for (size_t i = 0; i < card->n_files && rc == 0; i++)
        if (!entry->files[i].path)
            rc = fetch_one(store, card, &card->files[i], progress, user, err);
    st_store_refresh(store);
    return rc;
}

/* ---- checking ---- */

int stance_store_verify(stance_store *store, const char *name, stance_error *err)
{
    stance_error own;
    err = err ? err : &own;
    st_store_refresh(store); /* hash everything anew */
    st_store_entry *entry = st_store_entry_find(store, name, err);
    if (!entry)
        return err->code;
    for (size_t i = 0; i < entry->seen.n_files; i++) {
        const stance_store_file *file = &entry->files[i];
        if (!file->sha256)
            return st_fail(err, STANCE_EMODEL, "%s: %s is unpinned: no sha256 is known",
                           name, file->name);
        if (file->path)
            continue;
        for (size_t k = 0; k < store->n_found; k++)
            if (strcmp(st_path_name(store->found[k].path), file->name) == 0 &&
                !st_store_knows_hash(store, store->found[k].sha256))
                return st_fail(err, STANCE_EMODEL, "%s: expected sha256 %s, found %s",
                               store->found[k].path, file->sha256,
                               store->found[k].sha256);
        return st_fail(err, STANCE_EMODEL, "%s: %s is not on this machine", name,
                       file->name);
    }
    return 0;
}

/* ---- import ---- */

typedef struct import {
    stance_store *store;
    st_card *trusted; /* NULL: none */
    int depth;
    size_t n_copied;
    stance_error *err;
} import;

static int copy_file(const char *from, const char *to, stance_error *err)
{
    enum { CHUNK = 1 << 16 };
    st_out_file out;
    int rc = st_out_file_open(&out, to, err);
    if (rc < 0)
        return rc;
    char *chunk = st_alloc_array(CHUNK, 1);
    FILE *source = fopen(from, "rb"), *target = fopen(out.part_path, "wb");
    bool ok = chunk && source && target;
    for (size_t n; ok && (n = fread(chunk, 1, CHUNK, source)) > 0;)
        ok = fwrite(chunk, 1, n, target) == n;
    if (!ok || ferror(source))
        rc = st_fail(err, STANCE_EOUTPUT, "%s could not be copied to %s: %s", from, to,
                     strerror(errno));
    if (source)
        fclose(source);
    if (target && fclose(target) != 0 && rc == 0)
        rc = st_fail(err, STANCE_EOUTPUT, "%s: %s", to, strerror(errno));
    if (rc == 0)
        rc = st_out_file_commit(&out, err);
    st_out_file_close(&out);
    st_free(chunk);
    return rc;
}

static int take_file(import *in, const st_card *card, const st_card_file *file,
                     const char *path)
{
    char *to;
    int rc = st_store_own_path(in->store, card, file->name, &to, in->err);
    if (rc == 0 && !st_file_same(path, to))
        rc = copy_file(path, to, in->err);
    if (rc == 0) {
        in->n_copied++;
        st_log(STANCE_LOG_INFO, "model", "%s: %s taken from %s", card->name, file->name,
               path);
    }
    st_free(to);
    return rc;
}

/* Pin a file of the trusted card that has the right name. */
static int take_trusted(import *in, const char *path, const char *name, int64_t bytes)
{
    for (size_t i = 0; in->trusted && i < in->trusted->n_files; i++) {
        st_card_file *file = &in->trusted->files[i];
        bool named = strcmp(name, file->name) == 0 ||
                     (file->member && strcmp(name, st_path_name(file->member)) == 0);
        if (file->sha256 || !named)
            continue;
        char hex[65];
        int rc = st_sha256_file(path, hex, in->err);
        if (rc < 0)
            return rc;
        file->sha256 = st_strdup(hex);
        file->bytes = bytes;
        return file->sha256 ? take_file(in, in->trusted, file, path)
                            : st_fail_memory(in->err);
    }
    return 0;
}

static int import_file(import *in, const char *path, const char *name)
{
    int64_t bytes = st_file_size(path);
    char hex[65] = "";
    if (bytes <= 0 || bytes > ST_MAX_MODEL_BYTES)
        return 0;
    int rc = take_trusted(in, path, name, bytes);
    for (size_t i = 0; i < in->store->n_entries && rc == 0; i++) {
        const st_card *card = &in->store->entries[i].card;
        for (size_t k = 0; k < card->n_files && rc == 0; k++) {
            const st_card_file *file = &card->files[k];
            if (!file->sha256 || card == in->trusted ||
                (file->bytes >= 0 && file->bytes != bytes))
                continue;
            if (!hex[0] && st_sha256_file(path, hex, NULL) < 0)
                return 0;                       /* not readable: not ours to take */
            if (strcmp(hex, file->sha256) == 0) /* once: others find it by its hash */
                return take_file(in, card, file, path);
        }
    }
    return rc;
}

static int import_entry(void *user, const char *path, const char *name)
{
    import *in = user;
    st_file_kind kind = st_file_kind_of(path);
    if (kind == ST_FILE_REGULAR)
        return import_file(in, path, name);
    if (kind != ST_FILE_FOLDER || in->depth == 0)
        return 0;
    in->depth--;
    int rc = st_folder_each(path, import_entry, in, in->err);
    in->depth++;
    return rc == STANCE_EINPUT ? 0 : rc; /* a folder that may not be read: passed by */
}

/* The user's own copy of the card, now with hashes; it goes before the original. */
static int write_pinned(import *in)
{
    const st_card *card = in->trusted;
    for (size_t i = 0; i < card->n_files; i++)
        if (!card->files[i].sha256)
            return st_fail(in->err, STANCE_EMODEL, "%s: no file called %s was found",
                           card->name, card->files[i].name);
    char *name = st_format("%s.json", card->name), *path = NULL;
    st_out_file out = {0};
    int rc = name ? st_store_own_path(in->store, card, name, &path, in->err)
                  : st_fail_memory(in->err);
    if (rc == 0)
        rc = st_out_file_open(&out, path, in->err);
    FILE *file = rc == 0 ? fopen(out.part_path, "w") : NULL;
    if (file) {
        st_card_write(card, file);
        bool bad = ferror(file) != 0;
        bad |= fclose(file) != 0;
        rc = bad ? st_fail(in->err, STANCE_EOUTPUT, "%s: %s", path, strerror(errno))
                 : st_out_file_commit(&out, in->err);
    } else if (rc == 0) {
        rc = st_fail(in->err, STANCE_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    st_out_file_close(&out);
    st_free(path);
    st_free(name);
    return rc;
}

int stance_store_import(stance_store *store, const char *dir, const char *trust,
                        size_t *n_copied, stance_error *err)
{
    stance_error own;
    err = err ? err : &own;
import in = {.store = store, .depth = IMPORT_DEPTH, .err = err };
    *n_copied = 0;
    if (st_file_kind_of(dir) != ST_FILE_FOLDER)
        return st_fail(err, STANCE_EINPUT, "%s: expected a folder, found %s", dir,
                       st_file_kind_of(dir) == ST_FILE_ABSENT ? "nothing" : "a file");
    st_store_entry *entry = trust ? st_store_entry_find(store, trust, err) : NULL;
    if (trust && !entry)
        return err->code;
    if (entry && entry->seen.state == STANCE_MODEL_UNPINNED)
        in.trusted = &entry->card;
    int rc = st_folder_each(dir, import_entry, &in, err);
    if (rc == 0 && in.trusted)
        rc = write_pinned(&in);
    *n_copied = in.n_copied;
    st_store_refresh(store);
    return rc;
}
