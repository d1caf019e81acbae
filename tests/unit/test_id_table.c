/* SPDX-License-Identifier: Apache-2.0 */
/* Records of people: new ones are empty, old ones stay, those not seen are forgotten. */
#include "test.h"

#include "base/memory.h"
#include "pose/id_table.h"

typedef struct record {
    st_id_record head;
    int value;
} record;

static void records_stay_with_their_person(void **state)
{
    (void)state;
    st_id_table table;
    bool fresh;
    st_id_table_init(&table, sizeof(record));
    for (int64_t id = 1; id <= 100; id++) {
        record *r = st_id_table_get(&table, id, id * 10, &fresh);
        assert_non_null(r);
        assert_true(fresh && r->value == 0 && r->head.id == id);
        r->value = (int)id;
    }
    for (int64_t id = 1; id <= 100; id += 2) {
        record *r = st_id_table_get(&table, id, 5000, &fresh);
        assert_false(fresh);
        assert_int_equal(r->value, id);
    }
    st_id_table_expire(&table, 5000);
    assert_int_equal(table.n, 50);
    for (int64_t id = 1; id <= 100; id++) {
        const record *r = st_id_table_find(&table, id);
        assert_true((r != NULL) == (id % 2 == 1));
        assert_true(!r || r->value == id);
    }
    record *again = st_id_table_get(&table, 2, 6000, &fresh);
    assert_true(fresh && again->value == 0); /* nothing of the one before is left */
    st_id_table_clear(&table);
    assert_int_equal(table.n, 0);
}

static void no_memory_is_said(void **state)
{
    (void)state;
    st_id_table table;
    st_id_table_init(&table, sizeof(record));
    st_memory_fail_at(1);
    assert_null(st_id_table_get(&table, 1, 0, NULL));
    st_memory_fail_at(0);
    assert_non_null(st_id_table_get(&table, 1, 0, NULL));
    st_id_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_stay_with_their_person),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
