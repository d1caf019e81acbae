/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ST_MODEL_CARD_H
#define ST_MODEL_CARD_H

#include "base/limits.h"
#include "frame/sample.h"
#include "stance/common.h"
#include "json/json.h"

/* A model card: what a network needs and gives, and where its files come from.
 * docs/adding-a-model.md. */

#define ST_CARD_SCHEMA "stance-card/1"

typedef struct st_card_file {
    char *name;    /**< file name in the store */
    char *url;     /**< NULL: no address */
    char *member;  /**< where url is an archive: the member; else NULL */
    char *sha256;  /**< 64 lower-case hex digits; NULL: unpinned */
    int64_t bytes; /**< -1: not known */
} st_card_file;

typedef struct st_card_output {
    char *name;         /**< NULL: the only one, or by place */
    size_t rank;        /**< 0: not checked */
    int64_t dims[6];    /**< -1: any */
    double scale, zero; /**< of whole numbers: (value - zero) x scale; 1 and 0 */
} st_card_output;

enum { ST_MAX_CARD_POINTS = 256 };

typedef struct st_card {
    char *path; /**< where the card was read */
    char *name, *title, *licence, *licence_url, *publisher, *homepage;
    char *decoder, *skeleton;
    char *detector; /**< the card of the network that finds whom this one looks at; NULL:
                       it needs none */
    size_t n_files;
    st_card_file files[ST_MAX_CARD_FILES]; /**< the network's main file first */
    st_sample_spec input;
    int size_step; /**< the input's sides may be other multiples of it; 0: they may not */
    bool type_given; /**< input.type is the card's; else the network's own is taken */
    size_t n_outputs;
    st_card_output outputs[16]; /**< what the decoder gets, in its order */
    size_t n_points;
    char *points[ST_MAX_CARD_POINTS]; /**< what the outputs are about, in their order;
                                         none: the skeleton's */
    bool several;
    double measured_ap,
        measured_ms; /**< docs/accuracy.md: COCO's AP, 0 to 1, a
                        single-person network being shown each person;
                        ms of one thread an inference; NAN: not measured */
} st_card;

/** Parse and check. @param name for errors. @param card cleared with st_card_clear().
 * STANCE_EMODEL */
int st_card_parse(st_card *card, const char *text, size_t length, const char *name,
                  stance_error *err);
int st_card_open(st_card *card, const char *path, stance_error *err);
void st_card_clear(st_card *card);

/** Write a card that st_card_open() reads back; write errors are kept by the FILE. */
void st_card_write(const st_card *card, FILE *file);

#endif
