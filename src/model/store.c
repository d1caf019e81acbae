/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model store: cards, the folders they and the networks lie in, and what is there.
 *
 * Folders, best first: those of STANCE_MODEL_PATH, the user's, the one beside the library
 * (so that a moved installation finds its own cards and networks), the system's. A card
 * of a name counts from the best folder that has it. Networks are found by sha256; name
 * and size only decide what is worth hashing.
 */
#include "model/store.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/status.h"
#include "decode/decode.h"

enum { FILES_MAX = 100000, SEARCH_DEPTH = 2 };

/* ---- folders ---- */

static bool add_folder(stance_store *store, char *path)
{
    char **folders =
        path ? st_realloc_array(store->folders, store->n_folders + 1, sizeof(*folders))
             : NULL;
    if (!folders) {
        st_free(path);
        return false;
    }
    store->folders = folders;
    store->folders[store->n_folders++] = path;
    return true;
}

static bool add_listed_folders(stance_store *store, const char *list)
{
    for (bool ok = true; list && *list; list += strspn(list, ":")) {
        size_t n = strcspn(list, ":");
        if (n > 0)
            ok = add_folder(store, st_strndup(list, n));
        if (!ok)
            return false;
        list += n;
    }
    return true;
}

/* PREFIX/share/stance/models, for a library in PREFIX/lib or PREFIX/lib/SYSTEM; a build
 * folder has a link to the source tree's in such a place, for the library in its top
 * folder and for tests, which hold all of the library, in one below. */
static bool add_installed_folder(stance_store *store)
{
    Dl_info info;
    static const char *const ways[] = {"share/stance/models", "../share/stance/models",
                                       "../../share/stance/models"};
    if (!dladdr((const void *)(uintptr_t)stance_store_open, &info) || !info.dli_fname)
        return true;
    char *folder = st_path_folder(info.dli_fname);
    bool ok = folder != NULL;
    for (size_t i = 0; ok && i < sizeof(ways) / sizeof(ways[0]); i++) {
        char *path = st_path_join(folder, ways[i]);
        char *real = path ? realpath(path, NULL) : NULL;
        if (real)
            ok = add_folder(store, st_strdup(real));
        free(real);
        st_free(path);
    }
    st_free(folder);
    return ok;
}

static bool add_folders(stance_store *store)
{
    if (!add_listed_folders(store, getenv("STANCE_MODEL_PATH")))
        return false;
    char *data = st_user_folder_path(ST_USER_DATA);
    if (data) {
        store->own = st_path_join(data, "models");
        st_free(data);
        if (!store->own || !add_folder(store, st_strdup(store->own)))
            return false;
    }
    store->n_users = store->n_folders;
    return add_installed_folder(store) && add_folder(store, st_strdup(ST_MODEL_DIR));
}

/* ---- walking ---- */

typedef struct walk {
    stance_store *store;
    int depth;
    int (*each)(stance_store *store, const char *path, const char *name);
} walk;

static int walk_entry(void *user, const char *path, const char *name)
{
    const walk *w = user;
    st_file_kind kind = st_file_kind_of(path);
    if (kind == ST_FILE_REGULAR)
        return w->each(w->store, path, name);
    if (kind == ST_FILE_FOLDER && w->depth > 0 && name[0] != '.') {
        walk below = {w->store, w->depth - 1, w->each};
        return st_folder_each(path, walk_entry, &below, NULL) == STANCE_ENOMEM
                   ? STANCE_ENOMEM
                   : 0; /* a folder that may not be read hides what is in it */
    }
    return 0;
}

static int walk_folders(stance_store *store,
                        int (*each)(stance_store *store, const char *path,
                                    const char *name))
{
    for (size_t i = 0; i < store->n_folders; i++) {
        walk w = {store, SEARCH_DEPTH, each};
        if (st_file_kind_of(store->folders[i]) == ST_FILE_FOLDER &&
            st_folder_each(store->folders[i], walk_entry, &w, NULL) == STANCE_ENOMEM)
            return STANCE_ENOMEM;
    }
    return 0;
}

/* ---- cards ---- */

static st_store_entry *entry_of(stance_store *store, const char *name)
{
    for (size_t i = 0; i < store->n_entries; i++)
        if (strcmp(store->entries[i].card.name, name) == 0)
            return &store->entries[i];
    return NULL;
}

static bool is_pinned(const st_card *card)
{
    for (size_t i = 0; i < card->n_files; i++)
        if (!card->files[i].sha256)
            return false;
    return true;
}

static bool is_below(const char *path, const char *folder)
{
    size_t n = folder ? strlen(folder) : 0;
    return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* Other JSON files may lie beside networks: only what calls itself a card is one. */
static bool says_card(const char *path)
{
    char *text;
    size_t n;
    if (st_file_read(path, ST_MAX_CARD_BYTES, STANCE_EMODEL, &text, &n, NULL) < 0)
        return false;
    bool says = strstr(text, "\"stance-card/") != NULL;
    st_free(text);
    return says;
}

static int add_card(stance_store *store, const char *path, const char *name)
{
    stance_error err = {0};
    st_card card;
    if (strcmp(st_path_ending(name), ".json") != 0 || !says_card(path) ||
        store->n_entries >= ST_MAX_CARDS)
        return 0;
    if (st_card_open(&card, path, &err) < 0) {
        st_log(STANCE_LOG_WARN, "model", "card left out: %s", err.message);
        return err.code == STANCE_ENOMEM ? err.code : 0;
    }
    st_store_entry *had = entry_of(store, card.name);
    if (had) { /* a better folder's counts, but not against a hash that the user pinned */
        if (is_below(path, store->own) && !is_pinned(&had->card) && is_pinned(&card)) {
            st_card other = had->card;
            had->card = card;
            card = other;
        }
        st_card_clear(&card);
        return 0;
    }
    if (store->n_entries == store->entry_capacity) {
        size_t capacity = store->entry_capacity ? 2 * store->entry_capacity : 16;
        void *grown = st_realloc_array(store->entries, capacity, sizeof(*store->entries));
        if (!grown) {
            st_card_clear(&card);
            return STANCE_ENOMEM;
        }
        store->entries = grown;
        store->entry_capacity = capacity;
    }
    store->entries[store->n_entries++] = (st_store_entry){.card = card};
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const st_store_entry *)a)->card.name,
                  ((const st_store_entry *)b)->card.name);
}

int stance_store_open(stance_store **out, stance_error *err)
{
    *out = NULL;
    stance_store *store = st_alloc(sizeof(*store));
    if (!store)
        return st_fail_memory(err);
    int rc = 0;
    if (!add_folders(store) || walk_folders(store, add_card) < 0)
        rc = st_fail_memory(err);
    if (rc == 0 && store->n_entries == 0)
        rc = st_fail(err, STANCE_EMODEL,
                     "no model cards were found; expected them in %s or a folder of "
                     "STANCE_MODEL_PATH",
                     ST_MODEL_DIR);
    if (rc < 0) {
        stance_store_close(&store);
        return rc;
    }
    qsort(store->entries, store->n_entries, sizeof(*store->entries), by_name);
    *out = store;
    return 0;
}

void st_store_refresh(stance_store *store)
{
    for (size_t i = 0; i < store->n_found; i++)
        st_free(store->found[i].path);
    store->n_found = 0;
    store->listed = false;
    for (size_t i = 0; i < store->n_entries; i++)
        store->entries[i].looked = false;
}

void stance_store_close(stance_store **out)
{
    stance_store *store = *out;
    *out = NULL;
    if (!store)
        return;
    st_store_refresh(store);
    for (size_t i = 0; i < store->n_entries; i++)
        st_card_clear(&store->entries[i].card);
    for (size_t i = 0; i < store->n_folders; i++)
        st_free(store->folders[i]);
    st_free(store->folders);
    st_free(store->own);
    st_free(store->entries);
    st_free(store->found);
    st_free(store);
}

/* ---- networks on this machine ---- */

static int add_found(stance_store *store, const char *path, const char *name)
{
    if (strcmp(st_path_ending(name), ".part") == 0 || store->n_found >= FILES_MAX)
        return 0;
    if (store->n_found == store->found_capacity) {
        size_t capacity = store->found_capacity ? 2 * store->found_capacity : 64;
        void *grown = st_realloc_array(store->found, capacity, sizeof(*store->found));
        if (!grown)
            return STANCE_ENOMEM;
        store->found = grown;
        store->found_capacity = capacity;
    }
    st_store_found found = {.path = st_strdup(path), .bytes = st_file_size(path)};
    if (!found.path)
        return STANCE_ENOMEM;
    store->found[store->n_found++] = found;
    return 0;
}

static const char *hash_of(st_store_found *found)
{
    if (!found->sha256[0] && st_sha256_file(found->path, found->sha256, NULL) < 0)
        strcpy(found->sha256, "-"); /* not readable: as if it were something else */
    return found->sha256;
}

bool st_store_knows_hash(const stance_store *store, const char *sha256)
{
    for (size_t i = 0; i < store->n_entries; i++) {
        const st_card *card = &store->entries[i].card;
        for (size_t k = 0; k < card->n_files; k++)
            if (card->files[k].sha256 && strcmp(card->files[k].sha256, sha256) == 0)
                return true;
    }
    return false;
}

/* The file with the card's hash. @param named set when one of that name has a hash that
 * is no card's */
static const char *find_file(stance_store *store, const st_card_file *file, bool *named)
{
    for (int pass = 0; pass < 2 && file->sha256; pass++)
        for (size_t i = 0; i < store->n_found; i++) {
            st_store_found *found = &store->found[i];
            bool same_name = strcmp(st_path_name(found->path), file->name) == 0;
            bool worth =
                pass == 0 ? same_name : !same_name && found->bytes == file->bytes;
            if (!worth)
                continue;
            if (strcmp(hash_of(found), file->sha256) == 0)
                return found->path;
            *named |= same_name && !st_store_knows_hash(store, found->sha256);
        }
    return NULL;
}

/* What has an address was brought into such a folder by somebody. */
static bool is_built_in(const stance_store *store, const stance_store_file *file)
{
    bool below = false;
    for (size_t i = store->n_users; i < store->n_folders; i++)
        below |= is_below(file->path, store->folders[i]);
    return below && !file->url;
}

static int look(stance_store *store, st_store_entry *entry)
{
    const st_card *card = &entry->card;
    bool named = false, unpinned = false;
    size_t n_there = 0, n_built_in = 0;
    if (entry->looked)
        return 0;
    if (!store->listed && walk_folders(store, add_found) < 0)
        return STANCE_ENOMEM;
    store->listed = true;
    for (size_t i = 0; i < card->n_files; i++) {
        const st_card_file *f = &card->files[i];
        const char *path = find_file(store, f, &named);
        entry->files[i] =
            (stance_store_file){f->name, f->url, f->member, f->sha256, f->bytes, path};
        n_there += path != NULL;
        n_built_in += path && is_built_in(store, &entry->files[i]);
        unpinned |= f->sha256 == NULL;
    }
    const stance_skeleton *skeleton = stance_skeleton_find(card->skeleton);
    entry->seen = (stance_store_model){
        .name = card->name,
        .title = card->title,
        .licence = card->licence,
        .licence_url = card->licence_url,
        .publisher = card->publisher,
        .homepage = card->homepage,
        .decoder = card->decoder,
        .skeleton = card->skeleton,
        .card_path = card->path,
        .detector = card->detector,
        .several = card->several,
        .boxes = strcmp(card->skeleton, st_skeleton_box.name) == 0,
        .n_points = card->n_points > 0 ? card->n_points
                    : skeleton         ? skeleton->n_keypoints
                                       : 0,
        .ap = card->measured_ap,
        .ms = card->measured_ms,
        .input_width = card->input.width,
        .input_height = card->input.height,
        .state = unpinned                   ? STANCE_MODEL_UNPINNED
                 : n_there == card->n_files ? STANCE_MODEL_PRESENT
                 : named                    ? STANCE_MODEL_ALTERED
                                            : STANCE_MODEL_ABSENT,
        .built_in = n_built_in == card->n_files,
        .n_files = card->n_files,
        .files = entry->files,
    };
    entry->looked = true;
    return 0;
}

/* ---- asking ---- */

size_t stance_store_count(const stance_store *store)
{
    return store->n_entries;
}

int stance_store_at(stance_store *store, size_t n, const stance_store_model **model)
{
    *model = NULL;
    if (n >= store->n_entries)
        return STANCE_EMODEL;
    int rc = look(store, &store->entries[n]);
    if (rc == 0)
        *model = &store->entries[n].seen;
    return rc;
}

st_store_entry *st_store_entry_find(stance_store *store, const char *name,
                                    stance_error *err)
{
    st_store_entry *entry = entry_of(store, name);
    if (entry && look(store, entry) < 0) {
        st_fail_memory(err);
        return NULL;
    }
    if (entry)
        return entry;
    st_nearest nearest = {.name = name};
    for (size_t i = 0; i < store->n_entries; i++)
        st_nearest_add(&nearest, store->entries[i].card.name);
    if (nearest.found)
        st_fail(err, STANCE_EMODEL, "no network is called '%s'; did you mean '%s'?", name,
                nearest.found);
    else
        st_fail(err, STANCE_EMODEL,
                "no network is called '%s'; 'stance models list' shows those known",
                name);
    return NULL;
}

int stance_store_find(stance_store *store, const char *name,
                      const stance_store_model **model, stance_error *err)
{
    stance_error own;
    err = err ? err : &own;
    st_store_entry *entry = st_store_entry_find(store, name, err);
    *model = entry ? &entry->seen : NULL;
    return entry ? 0 : err->code;
}

int stance_store_choose(stance_store *store, const char *const *names,
                        const stance_store_model **model, stance_error *err)
{
    int rc = 0;
    do
        rc = stance_store_find(store, *names, model, err);
    while (rc == 0 && (*model)->state != STANCE_MODEL_PRESENT && *++names);
    return rc;
}

const char *stance_store_folder(const stance_store *store, size_t n)
{
    return n < store->n_folders ? store->folders[n] : NULL;
}

const st_card *st_store_card(stance_store *store, const char *name)
{
    const st_store_entry *entry = entry_of(store, name);
    return entry ? &entry->card : NULL;
}

const st_card *st_store_card_by_hash(stance_store *store, const char *sha256)
{
    for (size_t i = 0; i < store->n_entries; i++) {
        const st_card *card = &store->entries[i].card;
        if (card->files[0].sha256 && strcmp(card->files[0].sha256, sha256) == 0)
            return card;
    }
    return NULL;
}
