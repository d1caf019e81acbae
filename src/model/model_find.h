/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_FIND_H
#define ST_MODEL_FIND_H

#include "model/store.h"
#include "stance/model.h"

/** A network found on this machine: its card and its files, checked. */
typedef struct st_model_found {
    stance_store *store; /**< keeps `card` alive; NULL where the card is `own` */
    st_card own;         /**< the card of --card */
    const st_card *card;
    char *path;              /**< the main file; NULL with the engine "replay" */
    char *weights_path;      /**< the second file, NULL: none */
    char sha256[65];         /**< of the main file; "" with "replay" */
    char weights_sha256[65]; /**< of the second; "" where there is none */
} st_model_found;

/**
 * From --model and --card to checked files. A network that is named is downloaded where
 * it is absent and that is not forbidden.
 *
 * @param found   st_model_found_clear() in any case
 * @param lack    filled with what would have to be fetched, and nothing is downloaded;
 *                NULL: it is
 * @param choices names of cards, best first, NULL at the end, to take what is here of;
 *                NULL: --model is a name or a file
 * @return 0, STANCE_EINVAL, STANCE_EMODEL, STANCE_EOUTPUT or STANCE_ENOMEM
 */
int st_model_find(st_model_found *found, const stance_model_settings *settings,
                  const char *const *choices, stance_lack *lack, stance_error *err);
void st_model_found_clear(st_model_found *found);

#endif
