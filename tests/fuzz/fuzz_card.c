/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a model card. What is taken for a card keeps what its readers rely on, and
 * comes back the same when it is written and read again; what is refused says why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

static void check_promises(const st_card *card)
{
    expect(card->name && card->title && card->licence && card->decoder && card->skeleton);
    expect(!strchr(card->name, '/') && card->name[0] != '.');
    expect(card->n_files >= 1 && card->n_files <= ST_MAX_CARD_FILES);
    for (size_t i = 0; i < card->n_files; i++) {
        const st_card_file *file = &card->files[i];
        expect(file->name && !strchr(file->name, '/') && file->name[0] != '.');
        expect(!file->sha256 || strlen(file->sha256) == 64);
        expect(file->bytes == -1 ||
               (file->bytes > 0 && file->bytes <= ST_MAX_MODEL_BYTES));
    }
    expect(card->input.width > 0 && card->input.height > 0);
    expect(card->n_outputs >= 1 && card->n_outputs <= ST_MAX_TENSORS);
    for (size_t i = 0; i < card->n_outputs; i++)
        expect(card->outputs[i].rank <= ST_MAX_TENSOR_RANK);
}

static char *written(const st_card *card, size_t *n)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, n);
    expect(file != NULL);
    st_card_write(card, file);
    expect(fclose(file) == 0);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    st_card card, again;
    stance_error err = {0};
    if (st_card_parse(&card, (const char *)data, size, "card", &err) < 0) {
        expect(err.code == STANCE_EMODEL && err.message[0]);
        return 0;
    }
    check_promises(&card);
    size_t n, n_again;
    char *text = written(&card, &n);
    expect(st_card_parse(&again, text, n, "card", &err) == 0);
    char *text_again = written(&again, &n_again);
    expect(n == n_again && memcmp(text, text_again, n) == 0);
    free(text_again);
    free(text);
    st_card_clear(&again);
    st_card_clear(&card);
    return 0;
}
