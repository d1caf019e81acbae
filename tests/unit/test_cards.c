/* SPDX-License-Identifier: Apache-2.0 */
/* The cards that come with stance: each is read, and its parts fit each other. */
#include "test.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "model/card.h"

enum { PATH_BYTES = 4096 };

static void folder(char path[PATH_BYTES])
{
    const char *root = getenv("STANCE_ROOT");
    snprintf(path, PATH_BYTES, "%s/models", root ? root : ".");
}

/* The decoder's check of what the card says of the outputs. */
static void check_shapes(const st_card *card, const st_decoder_class *decoder,
                         const stance_skeleton *skeleton)
{
    size_t n = card->n_points > 0 ? card->n_points : skeleton->n_keypoints;
    stance_skeleton own = {.name = skeleton->name, .n_keypoints = n + decoder->n_extra};
    st_decode_about about = {&own, card->input.width, card->input.height};
    st_output outputs[16];
    stance_error err = {0};
    for (size_t i = 0; i < card->n_outputs; i++) {
        const st_card_output *from = &card->outputs[i];
        if (from->rank == 0)
            return; /* only the network tells */
        outputs[i] = (st_output){.n = 1, .rank = from->rank};
        for (size_t k = 0; k < from->rank; k++) {
            if (from->dims[k] < 0 && !decoder->boxes &&
                strcmp(decoder->name, "rtmo") != 0)
                return; /* any size that the network has */
            outputs[i].dims[k] = from->dims[k];
            outputs[i].n *= from->dims[k] < 0 ? 0 : (size_t)from->dims[k];
        }
    }
    if (decoder->check(outputs, card->n_outputs, &about, &err) != 0)
        fail_msg("%s: %s", card->name, err.message);
}

static void check_card(const char *path)
{
    st_card card;
    stance_error err = {0};
    if (st_card_open(&card, path, &err) < 0)
        fail_msg("%s", err.message);
    const st_decoder_class *decoder = st_decoder_find(card.decoder);
    bool boxes = strcmp(card.skeleton, "box") == 0;
    const stance_skeleton *skeleton =
        boxes ? &st_skeleton_box : stance_skeleton_find(card.skeleton);
    if (!decoder || !skeleton)
        fail_msg("%s: no decoder %s, or no skeleton %s", path, card.decoder,
                 card.skeleton);
    if (decoder->boxes != boxes || decoder->several != card.several)
        fail_msg("%s: people or skeleton do not fit the decoder", path);
    for (size_t i = 0; i < card.n_points; i++)
        if (stance_skeleton_point(skeleton, card.points[i]) < 0)
            fail_msg("%s: no point %s", path, card.points[i]);
    const char *name = strrchr(path, '/') + 1;
    if (strlen(name) != strlen(card.name) + 5 ||
        strncmp(name, card.name, strlen(card.name)) != 0)
        fail_msg("%s: expected the card's name, found %s", path, card.name);
    check_shapes(&card, decoder, skeleton);
    st_card_clear(&card);
}

static void every_card_fits(void **state)
{
    (void)state;
    char path[PATH_BYTES], file[PATH_BYTES + 300];
    folder(path);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    size_t n = 0;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || strcmp(entry->d_name + length - 5, ".json") != 0)
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        check_card(file);
        n++;
    }
    closedir(dir);
    assert_true(n >= 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_card_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
