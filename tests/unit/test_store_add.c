/* SPDX-License-Identifier: Apache-2.0 */
/* Networks that come into the store, and the way from --model and --card to a file. */
#include "store_kit.h"

#include "base/memory.h"
#include "model/model_find.h"

/* ---- import ---- */

static size_t import_from(const char *dir, const char *trust, int expected,
                          const char *message)
{
    stance_store *store = open_store();
    stance_error err = {0};
    size_t n = 99;
    int rc = stance_store_import(store, dir, trust, &n, &err);
    stance_store_close(&store);
    if (rc != expected)
        fail_msg("found %d (%s), expected %d", rc, err.message, expected);
    kit_expect_part("import", err.message, message);
    return n;
}

static void import_takes_what_a_card_knows(void **state)
{
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    write_card(in_dir("a/r.json"), (card_text){"runner", "t", "r.tflite", XYZ, 3});
    make("from");
    make("from/below");
    kit_write(in_dir("from/below/any name"), "abc", 3);
    kit_write(in_dir("from/r.tflite"), "bad", 3); /* the right name is not enough */
    kit_write(in_dir("from/w.tflite"), "", 0);
    assert_int_equal(import_from(in_dir("from"), NULL, 0, ""), 1);
    expect_state("walker", STANCE_MODEL_PRESENT,
                 in_dir("data/stance/models/walker/w.tflite"));
    expect_state("runner", STANCE_MODEL_ABSENT, NULL);
    /* Once more is the same, also from where it is kept. */
    assert_int_equal(import_from(in_dir("from"), NULL, 0, ""), 1);
    import_from(in_dir("data/stance/models"), NULL, 0, "");
    size_t size;
    char *bytes = kit_read(in_dir("data/stance/models/walker/w.tflite"), &size);
    assert_string_equal(bytes, "abc");
    free(bytes);
}

static void import_with_trust_pins_the_users_own_card(void **state)
{
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", NULL, 0});
    make("from");
    kit_write(in_dir("from/w.tflite"), "abc", 3);
    assert_int_equal(import_from(in_dir("from"), NULL, 0, ""), 0); /* nobody said so */
    expect_state("walker", STANCE_MODEL_UNPINNED, NULL);
    assert_int_equal(import_from(in_dir("from"), "walker", 0, ""), 1);
    expect_state("walker", STANCE_MODEL_PRESENT,
                 in_dir("data/stance/models/walker/w.tflite"));
    stance_store *store = open_store();
    const stance_store_model *model = find(store, "walker");
    kit_expect_text("card", model->card_path,
                    in_dir("data/stance/models/walker/walker.json"));
    kit_expect_text("hash", model->files[0].sha256, ABC);
    assert_int_equal(model->files[0].bytes, 3);
    stance_store_close(&store);
    /* From here on it may not change. */
    kit_write(in_dir("data/stance/models/walker/w.tflite"), "xyz", 3);
    expect_state("walker", STANCE_MODEL_ALTERED, NULL);
    kit_write(in_dir("from/w.tflite"), "xyz", 3);
    assert_int_equal(import_from(in_dir("from"), "walker", 0, ""), 0);
    expect_state("walker", STANCE_MODEL_ALTERED, NULL);
}

static void trust_needs_a_known_name_and_its_files(void **state)
{
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", NULL, 0});
    make("from");
    kit_write(in_dir("from/x.tflite"), "abc", 3);
    import_from(in_dir("from"), "walkre", STANCE_EMODEL, "did you mean 'walker'");
    import_from(in_dir("from"), "walker", STANCE_EMODEL,
                "walker: no file called w.tflite was found");
    expect_state("walker", STANCE_MODEL_UNPINNED, NULL);
    import_from(in_dir("from/x.tflite"), NULL, STANCE_EINPUT,
                "expected a folder, found a file");
    import_from(in_dir("nowhere"), NULL, STANCE_EINPUT,
                "expected a folder, found nothing");
    unsetenv("XDG_DATA_HOME");
    char *home = st_strdup(getenv("HOME"));
    unsetenv("HOME");
    kit_write(in_dir("from/w.tflite"), "abc", 3);
    import_from(in_dir("from"), "walker", STANCE_EOUTPUT, "HOME");
    if (home)
        setenv("HOME", home, 1);
    st_free(home);
}

/* A better folder's card does not undo what the user pinned; a pinned one does count. */
static void a_pinned_card_stays_behind_a_better_folder(void **state)
{
    (void)state;
    write_card(in_dir("data/stance/models/w.json"),
               (card_text){"walker", "own", "w.tflite", ABC, 3});
    write_card(in_dir("a/w.json"), (card_text){"walker", "a", "w.tflite", NULL, 0});
    stance_store *store = open_store();
    kit_expect_text("unpinned", find(store, "walker")->title, "own");
    stance_store_close(&store);
    write_card(in_dir("a/w.json"), (card_text){"walker", "a", "w.tflite", XYZ, 3});
    store = open_store();
    kit_expect_text("pinned", find(store, "walker")->title, "a");
    stance_store_close(&store);
    /* Another folder whose name begins as the user's does is not the user's. */
    unlink(in_dir("data/stance/models/w.json"));
    make("data/stance/models2");
    char list[300];
    snprintf(list, sizeof(list), "%s:%s", in_dir("a"), in_dir("data/stance/models2"));
    setenv("STANCE_MODEL_PATH", list, 1);
    write_card(in_dir("a/w.json"), (card_text){"walker", "a", "w.tflite", NULL, 0});
    write_card(in_dir("data/stance/models2/w.json"),
               (card_text){"walker", "2", "w.tflite", ABC, 3});
    store = open_store();
    kit_expect_text("other", find(store, "walker")->title, "a");
    stance_store_close(&store);
}

/* ---- from --model and --card to a file ---- */

#define FROM_NOWHERE ", \"url\": \"http://127.0.0.1:9/f\""

static void a_network_is_found_by_name_path_or_card(void **state)
{
    static const struct {
        const char *model, *card; /* "/x" stands for a path in the folder */
        int rc;
        const char *expected; /* the file, or a part of the message */
    } rows[] = {
        {"walker", NULL, 0, "/a/w.tflite"},
        {"/a/w.tflite", NULL, 0, "/a/w.tflite"},
        {"/b/copy", NULL, 0, "/b/copy"},
        {"/b/strange", NULL, STANCE_EMODEL, "no known card has its sha256"},
        {"/b/no", NULL, STANCE_EMODEL, "/b/no"},
        {"/b/strange", "/b/free.json", 0, "/b/strange"}, /* unpinned: as it is */
        {"/b/strange", "/a/w.json", STANCE_EMODEL, "altered: expected sha256 " ABC},
        {"walker", "/a/w.json", 0, "/a/w.tflite"}, /* beside the card */
        {"walker", "/b/no.json", STANCE_EMODEL, "/b/no.json"},
        {"free", NULL, STANCE_EMODEL, "stance models import DIR --trust free"},
        {"lost", NULL, STANCE_EMODEL, "no address to download it from"},
        {"far", NULL, STANCE_EMODEL, "'stance models fetch far' downloads it"},
        {"other", NULL, STANCE_EMODEL, "the file on this machine was altered"},
        {"walkre", NULL, STANCE_EMODEL, "did you mean 'walker'?"},
        {"", NULL, STANCE_EINVAL, "--model"},
    };
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    write_card(in_dir("a/l.json"), (card_text){"lost", "t", "l.tflite", XYZ, 3});
    write_card_from(in_dir("a/f.json"), (card_text){"far", "t", "f.tflite", XYZ, 3},
                    FROM_NOWHERE);
    write_card(in_dir("a/o.json"), (card_text){"other", "t", "o.tflite", XYZ, 3});
    write_card(in_dir("b/free.json"), (card_text){"free", "t", "f.tflite", NULL, 0});
    kit_write(in_dir("a/w.tflite"), "abc", 3);
    kit_write(in_dir("b/copy"), "abc", 3);
    kit_write(in_dir("b/strange"), "???", 3);
    kit_write(in_dir("a/o.tflite"), "???", 3);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char model[300], card[300], engine[] = "openvino";
        snprintf(model, sizeof(model), "%s%s", rows[i].model[0] == '/' ? kit_dir : "",
                 rows[i].model);
        snprintf(card, sizeof(card), "%s%s", kit_dir, rows[i].card ? rows[i].card : "");
        stance_model_settings s = {.model = model,
                                   .card = rows[i].card ? card : NULL,
                                   .engine = engine,
                                   .offline = true};
        st_model_found found;
        stance_error err = {0};
        int rc = st_model_find(&found, &s, NULL, NULL, &err);
        if (rc != rows[i].rc)
            fail_msg("row %zu: found %d (%s), expected %d", i, rc, err.message,
                     rows[i].rc);
        kit_expect_part(model, rc == 0 ? found.path : err.message, rows[i].expected);
        if (rc == 0)
            assert_int_equal(strlen(found.sha256), 64);
        st_model_found_clear(&found);
    }
}

/* Of choices the first that is here is taken, the last is what an error is about, and
 * none is downloaded. */
static void of_choices_the_best_that_is_here_is_taken(void **state)
{
    static const struct {
        const char *choices[4];
        int rc;
        const char *expected; /* the card, or a part of the message */
    } rows[] = {
        {{"walker", "small"}, 0, "walker"},
        {{"far", "small"}, 0, "small"},
        {{"far", "altered", "small"}, 0, "small"},
        {{"far", "loose", "small", "walker"}, 0, "small"},
        {{"small"}, 0, "small"},
        {{"far", "altered"}, STANCE_EMODEL, "altered: the file on this machine was"},
        {{"altered", "far"}, STANCE_EMODEL, "far is not on this machine, and --offline"},
        {{"far", "nosuch"}, STANCE_EMODEL, "no network is called 'nosuch'"},
    };
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    write_card(in_dir("a/s.json"), (card_text){"small", "t", "s.tflite", ABC, 3});
    write_card_from(in_dir("a/f.json"), (card_text){"far", "t", "f.tflite", XYZ, 3},
                    FROM_NOWHERE);
    write_card(in_dir("a/o.json"), (card_text){"altered", "t", "o.tflite", XYZ, 3});
    write_card(in_dir("b/l.json"), (card_text){"loose", "t", "l.tflite", NULL, 0});
    kit_write(in_dir("a/w.tflite"), "abc", 3);
    kit_write(in_dir("a/o.tflite"), "???", 3);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[] = "single", engine[] = "openvino";
        stance_model_settings s = {.model = name, .engine = engine, .offline = true};
        const char *choices[COUNT(rows[i].choices) + 1] = {NULL};
        memcpy(choices, rows[i].choices, sizeof(rows[i].choices));
        st_model_found found;
        stance_error err = {0};
        int rc = st_model_find(&found, &s, choices, NULL, &err);
        if (rc != rows[i].rc)
            fail_msg("row %zu: found %d (%s), expected %d", i, rc, err.message,
                     rows[i].rc);
        if (rc == 0)
            kit_expect_text(choices[0], found.card->name, rows[i].expected);
        else
            kit_expect_part(choices[0], err.message, rows[i].expected);
        st_model_found_clear(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(import_takes_what_a_card_knows, fresh),
        cmocka_unit_test_setup(import_with_trust_pins_the_users_own_card, fresh),
        cmocka_unit_test_setup(trust_needs_a_known_name_and_its_files, fresh),
        cmocka_unit_test_setup(a_pinned_card_stays_behind_a_better_folder, fresh),
        cmocka_unit_test_setup(a_network_is_found_by_name_path_or_card, fresh),
        cmocka_unit_test_setup(of_choices_the_best_that_is_here_is_taken, fresh),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
