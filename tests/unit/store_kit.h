/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_KIT_H
#define STORE_KIT_H

/* Folders, cards and networks of three bytes for the tests of the model store. */

#include "dir_kit.h"

#include <sys/stat.h>

#include "stance/store.h"

/* A card of one file; sha256 and bytes are left out where they are NULL and 0. */
typedef struct card_text {
    const char *name, *title, *file, *sha256;
    int bytes;
} card_text;

/* @param from ", \"url\": \"...\"", or "" */
static inline void write_card_from(const char *path, card_text card, const char *from)
{
    char text[1000], sha256[100] = "", bytes[40] = "";
    if (card.sha256)
        snprintf(sha256, sizeof(sha256), ", \"sha256\": \"%s\"", card.sha256);
    if (card.bytes)
        snprintf(bytes, sizeof(bytes), ", \"bytes\": %d", card.bytes);
    int n = snprintf(text, sizeof(text),
                     "{\"schema\": \"stance-card/1\", \"name\": \"%s\", \"title\": "
                     "\"%s\", \"licence\": \"l\", \"decoder\": \"movenet\", "
                     "\"skeleton\": \"coco17\", \"files\": [{\"name\": \"%s\"%s%s%s}],"
                     " \"input\": {\"width\": 192, \"height\": 192},"
                     " \"outputs\": [{}]}",
                     card.name, card.title, card.file, sha256, bytes, from);
    kit_write(path, text, (size_t)n);
}

static inline void write_card(const char *path, card_text card)
{
    write_card_from(path, card, "");
}

/* Networks of three bytes, and their sha256. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define XYZ "3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282"

static inline void make(const char *folder)
{
    if (mkdir(in_dir(folder), 0777) != 0)
        fail_msg("%s could not be made", in_dir(folder));
}

/* Empty folders a and b in STANCE_MODEL_PATH, and "data" for the user's own. */
static inline int fresh(void **state)
{
    char list[300], command[200];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'/*", kit_dir);
    if (system(command) != 0)
        return -1;
    make("a");
    make("b");
    make("data");
    make("data/stance");
    make("data/stance/models");
    snprintf(list, sizeof(list), "::%s::%s:", in_dir("a"), in_dir("b"));
    setenv("STANCE_MODEL_PATH", list, 1);
    setenv("XDG_DATA_HOME", in_dir("data"), 1);
    return 0;
}

static inline stance_store *open_store(void)
{
    stance_store *store;
    stance_error err = {0};
    if (stance_store_open(&store, &err) < 0)
        fail_msg("%s", err.message);
    return store;
}

static inline const stance_store_model *find(stance_store *store, const char *name)
{
    const stance_store_model *model;
    stance_error err = {0};
    if (stance_store_find(store, name, &model, &err) < 0)
        fail_msg("%s", err.message);
    return model;
}

static inline void expect_state(const char *name, stance_model_state expected,
                                const char *path)
{
    stance_store *store = open_store();
    const stance_store_model *model = find(store, name);
    if (model->state != expected)
        fail_msg("%s: found state %d, expected %d", name, (int)model->state,
                 (int)expected);
    kit_expect_text(name, model->files[0].path ? model->files[0].path : "none",
                    path ? path : "none");
    stance_store_close(&store);
    assert_null(store);
}

#endif
