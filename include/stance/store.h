/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STANCE_STORE_H
#define STANCE_STORE_H

#include "stance/common.h"

/*
 * The model store: which networks are known (cards), which lie on this machine, and how
 * the others are fetched. A file is used only if its sha256 is the card's.
 */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stance_store stance_store;

typedef enum stance_model_state {
    STANCE_MODEL_ABSENT,   /**< not on this machine */
    STANCE_MODEL_PRESENT,  /**< all files found, hashes equal */
    STANCE_MODEL_ALTERED,  /**< a file of the right name is there with another hash */
    STANCE_MODEL_UNPINNED, /**< the publisher gives no sha256: `fetch` refuses, `import
                              --trust` pins */
} stance_model_state;

/** One file of a network. Strings live as long as the store. */
typedef struct stance_store_file {
    const char *name;   /**< file name in the store */
    const char *url;    /**< NULL when there is no address */
    const char *member; /**< where the address is an archive: the member; else NULL */
    const char *sha256; /**< 64 hex digits; NULL: unpinned */
    int64_t bytes;      /**< -1 when not known */
    const char *path;   /**< where it was found with the right hash; NULL: absent */
} stance_store_file;

/** One card and what is on this machine. Strings live as long as the store. */
typedef struct stance_store_model {
    const char *name, *title, *licence, *licence_url, *publisher, *homepage;
    const char *decoder, *skeleton;
    const char *detector; /**< the network that it needs to find people; NULL: none */
    const char *card_path;
    bool several;    /**< finds several people */
    bool boxes;      /**< finds people as boxes, for networks that look at one */
    size_t n_points; /**< keypoints of a person */
    int input_width, input_height;
    double ap; /**< measured: COCO's AP, 0 to 1, a single-person network being shown each
                  person; NAN: not measured */
    double ms; /**< measured: ms of one thread an inference; NAN: not measured */
    stance_model_state state;
    bool built_in; /**< present, as a part of stance */
    size_t n_files;
    const stance_store_file *files;
} stance_store_model;

/**
 * Read all cards: the system's, the user's, and those in STANCE_MODEL_PATH.
 *
 * @param store returned, stance_store_close()
 * @return 0, STANCE_EMODEL (no cards at all), STANCE_ENOMEM. A broken card is a warning
 * in the log and left out.
 *
 * Threads: a store is used by one thread at a time.
 */
STANCE_API int stance_store_open(stance_store **store, stance_error *err);
STANCE_API void stance_store_close(stance_store **store);

/** Number of known cards. */
STANCE_API size_t stance_store_count(const stance_store *store);

/**
 * One card, its files looked for on this machine (hashes are read on the first call for a
 * card).
 *
 * @return 0 or STANCE_EMODEL: no card of that name (the error proposes the nearest)
 */
STANCE_API int stance_store_at(stance_store *store, size_t n,
                               const stance_store_model **model);
STANCE_API int stance_store_find(stance_store *store, const char *name,
                                 const stance_store_model **model, stance_error *err);

/**
 * The best of several networks that can be had without a download.
 *
 * @param names names of cards, best first, NULL at the end
 * @param model the first that is present; the last, whatever its state, when none is
 * @return 0 or STANCE_EMODEL: no card of one of these names
 */
STANCE_API int stance_store_choose(stance_store *store, const char *const *names,
                                   const stance_store_model **model, stance_error *err);

/**
 * Told about a transfer. @param total bytes, -1 when not known. Returning false stops it.
 */
typedef bool (*stance_progress_fn)(void *user, const char *file, int64_t done,
                                   int64_t total);

/**
 * Download a network's files into the user's data folder: resumed where a part is there,
 * limited to the card's size, checked, and only then under its name.
 *
 * @return 0, STANCE_EMODEL (unpinned, no address, wrong hash, not reachable),
 * STANCE_EOUTPUT, STANCE_EINTERRUPTED (progress said stop)
 */
STANCE_API int stance_store_fetch(stance_store *store, const char *name,
                                  stance_progress_fn progress, void *user,
                                  stance_error *err);

/**
 * Copy into the user's data folder every file below a folder whose hash a card knows.
 *
 * @param dir      folder, searched to any depth up to 8
 * @param trust    NULL, or the name of an unpinned card: files that have the name (or
 * member name) the card gives are taken, and their hash is written into the user's own
 * copy of the card
 * @param n_copied number of files copied
 */
STANCE_API int stance_store_import(stance_store *store, const char *dir,
                                   const char *trust, size_t *n_copied,
                                   stance_error *err);

/**
 * Hash all files of a network anew.
 *
 * @return 0: every file present and right; STANCE_EMODEL: `err` names the file, the
 * expected and the found hash
 */
STANCE_API int stance_store_verify(stance_store *store, const char *name,
                                   stance_error *err);

/** The folders searched, best first; NULL past the end. Lives as long as the store. */
STANCE_API const char *stance_store_folder(const stance_store *store, size_t n);

#ifdef __cplusplus
}
#endif
#endif
