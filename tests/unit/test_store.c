/* SPDX-License-Identifier: Apache-2.0 */
/* The model store in folders of the test's own: cards, and what is on this machine. */
#include "store_kit.h"

#include "model/store.h"
#include "stance/model.h"

static void folders_count_in_their_order(void **state)
{
    (void)state;
    static const char *const cards[] = {"a/w.json", "b/w.json",
                                        "data/stance/models/w.json"};
    for (size_t i = 0; i < COUNT(cards); i++)
        write_card(in_dir(cards[i]), (card_text){"walker", cards[i], "w.tflite", ABC, 3});
    for (size_t i = 0; i < COUNT(cards); i++) {
        stance_store *store = open_store();
        const stance_store_model *model = find(store, "walker");
        kit_expect_text("title", model->title, cards[i]);
        kit_expect_text("card", model->card_path, in_dir(cards[i]));
        static const char *const folders[] = {"a", "b", "data/stance/models"};
        for (size_t k = 0; k < COUNT(folders); k++)
            kit_expect_text("folder", stance_store_folder(store, k), in_dir(folders[k]));
        assert_null(stance_store_folder(store, 99));
        stance_store_close(&store);
        unlink(in_dir(cards[i]));
    }
    /* The tree's own cards stay, whatever lies elsewhere; all are given by name. */
    stance_store *store = open_store();
    assert_true(stance_store_count(store) >= 4);
    const stance_store_model *model, *before = NULL;
    for (size_t i = 0; i < stance_store_count(store); i++, before = model) {
        assert_int_equal(stance_store_at(store, i, &model), 0);
        assert_true(!before || strcmp(before->name, model->name) < 0);
    }
    assert_int_equal(stance_store_at(store, 9999, &model), STANCE_EMODEL);
    assert_null(model);
    stance_store_close(&store);
}

static void networks_are_found_by_their_hash(void **state)
{
    static const struct {
        const char *path, *bytes;
        stance_model_state state;
    } rows[] = {
        {"b/w.tflite", "abc", STANCE_MODEL_PRESENT},
        {"b/other.bin", "abc", STANCE_MODEL_PRESENT}, /* by its size and hash */
        {"a/1/w.tflite", "abc", STANCE_MODEL_PRESENT},
        {"a/1/2/w.tflite", "abc", STANCE_MODEL_PRESENT},
        {"a/1/2/3/w.tflite", "abc", STANCE_MODEL_ABSENT}, /* too deep */
        {"a/.w/w.tflite", "abc", STANCE_MODEL_ABSENT},    /* hidden */
        {"a/w.tflite.part", "abc", STANCE_MODEL_ABSENT},  /* not yet complete */
        {"a/w.tflite", "abd", STANCE_MODEL_ALTERED},
        {"a/w.tflite", "abcd", STANCE_MODEL_ALTERED},
        {"a/w.tflite", "", STANCE_MODEL_ALTERED},
        {"a/other.bin", "abd", STANCE_MODEL_ABSENT},
        {"data/stance/models/walker/w.tflite", "abc", STANCE_MODEL_PRESENT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        fresh(NULL);
        make("a/1");
        make("a/1/2");
        make("a/1/2/3");
        make("a/.w");
        make("data/stance/models/walker");
        write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
        expect_state("walker", STANCE_MODEL_ABSENT, NULL);
        kit_write(in_dir(rows[i].path), rows[i].bytes, strlen(rows[i].bytes));
        bool there = rows[i].state == STANCE_MODEL_PRESENT;
        expect_state("walker", rows[i].state, there ? in_dir(rows[i].path) : NULL);
    }
}

static void a_right_file_counts_more_than_an_altered_one(void **state)
{
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    kit_write(in_dir("a/w.tflite"), "bad", 3);
    kit_write(in_dir("b/w.tflite"), "abc", 3);
    expect_state("walker", STANCE_MODEL_PRESENT, in_dir("b/w.tflite"));
}

/* Built in is what came with stance, and not what somebody brought. */
static void every_alias_names_known_cards_and_ends_with_a_built_in_one(void **state)
{
    const stance_model_alias *alias;
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    kit_write(in_dir("a/w.tflite"), "abc", 3);
    stance_store *store = open_store();
    assert_false(find(store, "walker")->built_in);
    for (size_t i = 0; (alias = stance_model_alias_at(i)) != NULL; i++) {
        const char *const *lists[] = {alias->models, alias->detectors};
        for (size_t k = 0; k < COUNT(lists); k++) {
            bool last = false;
            for (size_t n = 0; lists[k] && lists[k][n]; n++) {
                const stance_store_model *model = find(store, lists[k][n]);
                last = model->built_in;
                if (model->boxes != (k == 1))
                    fail_msg("%s: %s: found boxes %d, expected %d", alias->name,
                             model->name, model->boxes, k == 1);
            }
            if (lists[k] && !last && strcmp(alias->name, "3d") != 0)
                fail_msg("%s: the last choice is not built in", alias->name);
        }
    }
    assert_non_null(stance_model_alias_find(STANCE_MODEL_DEFAULT));
    stance_store_close(&store);
}

/* Two networks may call their files alike: one of them does not alter the other. */
static void another_networks_file_is_not_an_altered_one(void **state)
{
    (void)state;
    stance_error err = {0};
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    write_card(in_dir("a/r.json"), (card_text){"runner", "t", "w.tflite", XYZ, 3});
    kit_write(in_dir("a/w.tflite"), "xyz", 3);
    expect_state("runner", STANCE_MODEL_PRESENT, in_dir("a/w.tflite"));
    expect_state("walker", STANCE_MODEL_ABSENT, NULL);
    stance_store *store = open_store();
    assert_int_equal(stance_store_verify(store, "walker", &err), STANCE_EMODEL);
    kit_expect_part("absent", err.message, "walker: w.tflite is not on this machine");
    stance_store_close(&store);
}

static void without_a_hash_a_network_is_unpinned(void **state)
{
    (void)state;
    stance_error err = {0};
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", NULL, 0});
    kit_write(in_dir("a/w.tflite"), "abc", 3);
    expect_state("walker", STANCE_MODEL_UNPINNED, NULL);
    stance_store *store = open_store();
    assert_int_equal(stance_store_verify(store, "walker", &err), STANCE_EMODEL);
    kit_expect_part("verify", err.message, "walker: w.tflite is unpinned");
    assert_int_equal(stance_store_fetch(store, "walker", NULL, NULL, &err),
                     STANCE_EMODEL);
    kit_expect_part("fetch", err.message, "import DIR --trust walker");
    stance_store_close(&store);
}

static void verify_hashes_anew(void **state)
{
    (void)state;
    stance_error err = {0};
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    kit_write(in_dir("a/w.tflite"), "abc", 3);
    stance_store *store = open_store();
    assert_int_equal(stance_store_verify(store, "walker", &err), 0);
    kit_write(in_dir("a/w.tflite"), "xyz", 3);
    assert_int_equal(stance_store_verify(store, "walker", &err), STANCE_EMODEL);
    char expected[400];
    snprintf(expected, sizeof(expected), "%s: expected sha256 " ABC ", found " XYZ,
             in_dir("a/w.tflite"));
    kit_expect_text("altered", err.message, expected);
    unlink(in_dir("a/w.tflite"));
    assert_int_equal(stance_store_verify(store, "walker", &err), STANCE_EMODEL);
    kit_expect_text("absent", err.message, "walker: w.tflite is not on this machine");
    assert_int_equal(stance_store_fetch(store, "walker", NULL, NULL, &err),
                     STANCE_EMODEL);
    kit_expect_part("fetch", err.message, "w.tflite has no address to download it from");
    stance_store_close(&store);
}

static void a_name_that_is_not_known_is_told_with_the_nearest(void **state)
{
    static const struct {
        const char *name, *message;
    } rows[] = {
        {"walkre", "no network is called 'walkre'; did you mean 'walker'?"},
        {"movenet-lightning-int", "did you mean 'movenet-lightning-int8'?"},
        {"zzzz", "no network is called 'zzzz'; 'stance models list' shows those known"},
        {"", "no network is called ''; 'stance models list' shows those known"},
    };
    (void)state;
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    stance_store *store = open_store();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const stance_store_model *model;
        stance_error err = {0};
        assert_int_equal(stance_store_find(store, rows[i].name, &model, &err),
                         STANCE_EMODEL);
        assert_null(model);
        kit_expect_part(rows[i].name, err.message, rows[i].message);
        assert_int_equal(stance_store_verify(store, rows[i].name, NULL), STANCE_EMODEL);
    }
    stance_store_close(&store);
}

static int n_warnings;
static char warning[400];

static void keep_warning(void *user, stance_log_level level, const char *part,
                         const char *line)
{
    (void)user;
    (void)part;
    if (level == STANCE_LOG_WARN) {
        n_warnings++;
        snprintf(warning, sizeof(warning), "%s", line);
    }
}

static void a_broken_card_is_left_out_and_told(void **state)
{
    (void)state;
    static const char other[] = "{\"schema\": \"something/1\"}";
    static const char broken[] = "{\"schema\": \"stance-card/1\", \"name\": \"b\"}";
    kit_write(in_dir("a/other.json"), other, strlen(other));
    kit_write(in_dir("a/broken.json"), broken, strlen(broken));
    write_card(in_dir("a/w.txt"), (card_text){"text", "t", "w.tflite", ABC, 3});
    write_card(in_dir("a/w.json"), (card_text){"walker", "t", "w.tflite", ABC, 3});
    n_warnings = 0;
    stance_log_set(keep_warning, NULL, STANCE_LOG_WARN);
    stance_store *store = open_store();
    stance_log_set(NULL, NULL, STANCE_LOG_WARN);
    assert_int_equal(n_warnings, 1);
    kit_expect_part("warning", warning, "broken.json: title: expected a text");
    assert_non_null(st_store_card(store, "walker"));
    assert_null(st_store_card(store, "b"));
    assert_null(st_store_card(store, "text"));
    stance_store_close(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(folders_count_in_their_order, fresh),
        cmocka_unit_test_setup(networks_are_found_by_their_hash, fresh),
        cmocka_unit_test_setup(a_right_file_counts_more_than_an_altered_one, fresh),
        cmocka_unit_test_setup(every_alias_names_known_cards_and_ends_with_a_built_in_one,
                               fresh),
        cmocka_unit_test_setup(another_networks_file_is_not_an_altered_one, fresh),
        cmocka_unit_test_setup(without_a_hash_a_network_is_unpinned, fresh),
        cmocka_unit_test_setup(verify_hashes_anew, fresh),
        cmocka_unit_test_setup(a_name_that_is_not_known_is_told_with_the_nearest, fresh),
        cmocka_unit_test_setup(a_broken_card_is_left_out_and_told, fresh),
    };
    return cmocka_run_group_tests(tests, kit_make_dir, kit_remove_dir);
}
