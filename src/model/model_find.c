/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which network, and where its files are: from the words of --model and --card.
 *
 * A name is looked up in the store, and downloaded where it is absent; of several choices
 * the best that is here is taken, and nothing is downloaded. A path is hashed, and the
 * card with that hash says how to run it; --card names one for a network that no known
 * card fits. Whatever way it came, a file whose card is pinned is used only with the
 * card's hash.
 */
#include "model/model_find.h"

#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/status.h"

/* Check a file against its row in the card. */
static int check_file(const char *path, const st_card_file *file, char hex[65],
                      stance_error *err)
{
    int rc = st_sha256_file(path, hex, err);
    if (rc == 0 && file->sha256 && strcmp(hex, file->sha256) != 0)
        rc = st_fail(err, STANCE_EMODEL, "%s: altered: expected sha256 %s, found %s",
                     path, file->sha256, hex);
    return rc;
}

/* The further files of a card lie beside the first, under the card's names. */
static int take_beside(st_model_found *found, stance_error *err)
{
    const st_card *card = found->card;
    if (card->n_files < 2)
        return 0;
    char *folder = st_path_folder(found->path);
    found->weights_path = folder ? st_path_join(folder, card->files[1].name) : NULL;
    st_free(folder);
    if (!found->weights_path)
        return st_fail_memory(err);
    return check_file(found->weights_path, &card->files[1], found->weights_sha256, err);
}

static int by_path(st_model_found *found, const char *path, stance_error *err)
{
    int rc = 0;
    found->path = st_strdup(path);
    if (!found->path)
        return st_fail_memory(err);
    if (found->card) {
        rc = check_file(path, &found->card->files[0], found->sha256, err);
        return rc < 0 ? rc : take_beside(found, err);
    }
    rc = st_sha256_file(path, found->sha256, err);
    if (rc == 0)
        rc = stance_store_open(&found->store, err);
    if (rc < 0)
        return rc;
    found->card = st_store_card_by_hash(found->store, found->sha256);
    if (!found->card)
        return st_fail(err, STANCE_EMODEL,
                       "%s: no known card has its sha256 (%s): it was altered, or --card "
                       "has to say how to run it",
                       path, found->sha256);
    return take_beside(found, err);
}

/* A card of the user's own, its files beside it. */
static int beside_card(st_model_found *found, stance_error *err)
{
    char *folder = st_path_folder(found->card->path);
    char *path = folder ? st_path_join(folder, found->card->files[0].name) : NULL;
    int rc = path ? by_path(found, path, err) : st_fail_memory(err);
    st_free(path);
    st_free(folder);
    return rc;
}

static int explain_absent(const stance_store_model *model, stance_lack *lack,
                          stance_error *err)
{
    const char *name = model->name;
    if (lack) {
        snprintf(lack->model, sizeof(lack->model), "%s", name);
        lack->fetchable = model->state == STANCE_MODEL_ABSENT && model->files[0].url;
    }
    if (model->state == STANCE_MODEL_UNPINNED)
        return st_fail(err, STANCE_EMODEL,
                       "%s: its publisher gives no sha256; 'stance models import DIR "
                       "--trust %s' takes a copy that you trust",
                       name, name);
    if (model->state == STANCE_MODEL_ALTERED)
        return st_fail(err, STANCE_EMODEL,
                       "%s: the file on this machine was altered (its sha256 is not the "
                       "card's): 'stance models verify %s' tells more",
                       name, name);
    if (!model->files[0].url)
        return st_fail(err, STANCE_EMODEL,
                       "%s is not on this machine, and its card gives no address to "
                       "download it from: 'stance models import DIR' takes in a copy",
                       name);
    if (lack)
        return st_fail(err, STANCE_EMODEL, "%s is not on this machine", name);
    return st_fail(err, STANCE_EMODEL,
                   "%s is not on this machine, and --offline forbids to download it: "
                   "'stance models fetch %s' downloads it",
                   name, name);
}

static int fetch(stance_store *store, const stance_store_model **model, stance_error *err)
{
    const stance_store_model *m = *model;
    const char *name = m->name;
    st_log(STANCE_LOG_INFO, "model",
           "%s is not on this machine: downloading it (licence: %s%s%s)", name,
           m->licence, m->licence_url ? ", " : "", m->licence_url ? m->licence_url : "");
    int rc = stance_store_fetch(store, name, NULL, NULL, err);
    if (rc < 0)
        return st_fail_prefix(err, "%s is not on this machine", name);
    return stance_store_find(store, name, model, err);
}

static int by_name(st_model_found *found, const char *const *names, bool offline,
                   stance_lack *lack, stance_error *err)
{
    const stance_store_model *model = NULL;
    int rc = stance_store_choose(found->store, names, &model, err);
    if (rc == 0 && model->state == STANCE_MODEL_ABSENT && model->files[0].url &&
        !offline && !lack)
        rc = fetch(found->store, &model, err);
    if (rc < 0)
        return rc;
    if (model->state != STANCE_MODEL_PRESENT)
        return explain_absent(model, lack, err);
    found->card = st_store_card(found->store, model->name);
    found->path = st_strdup(model->files[0].path);
    found->weights_path = model->n_files > 1 ? st_strdup(model->files[1].path) : NULL;
    strcpy(found->sha256, model->files[0].sha256);
    if (model->n_files > 1)
        strcpy(found->weights_sha256, model->files[1].sha256);
    if (!found->path || (model->n_files > 1 && !found->weights_path))
        return st_fail_memory(err);
    return 0;
}

/* Recorded tensors need the card only. */
static int card_by_name(st_model_found *found, const char *const *names,
                        stance_error *err)
{
    const stance_store_model *model = NULL;
    int rc = stance_store_choose(found->store, names, &model, err);
    if (rc == 0)
        found->card = st_store_card(found->store, model->name);
    return rc;
}

int st_model_find(st_model_found *found, const stance_model_settings *settings,
                  const char *const *choices, stance_lack *lack, stance_error *err)
{
    const char *model = settings->model;
    const char *const named[] = {model, NULL};
    bool replay = strcmp(settings->engine, "replay") == 0;
    memset(found, 0, sizeof(*found));
    if (!choices && (!model || !*model))
        return st_fail(err, STANCE_EINVAL, "--model: expected a name or a file");
    if (settings->card) {
        int rc = st_card_open(&found->own, settings->card, err);
        if (rc < 0)
            return rc;
        found->card = &found->own;
        if (replay)
            return 0;
    }
    if (!replay && !choices &&
        (strchr(model, '/') || st_file_kind_of(model) == ST_FILE_REGULAR))
        return by_path(found, model, err);
    if (found->card)
        return beside_card(found, err);
    int rc = stance_store_open(&found->store, err);
    if (rc < 0)
        return rc;
    choices = choices ? choices : named;
    return replay ? card_by_name(found, choices, err)
                  : by_name(found, choices, settings->offline, lack, err);
}

void st_model_found_clear(st_model_found *found)
{
    stance_store_close(&found->store);
    st_card_clear(&found->own);
    st_free(found->path);
    st_free(found->weights_path);
    memset(found, 0, sizeof(*found));
}
