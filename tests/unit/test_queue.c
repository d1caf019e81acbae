/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded queue: order, waiting, dropping the oldest, closing; between real threads.
 */
#include "test.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/queue.h"

enum { MANY = 20000 };

static void order_is_kept_and_the_ring_turns(void **state)
{
    (void)state;
    st_queue *queue = st_queue_new(3, sizeof(int));
    int out;
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            assert_int_equal(st_queue_push(queue, &(int){round * 10 + i}), 0);
        assert_int_equal(st_queue_length(queue), 3);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(st_queue_pop(queue, &out), 0);
            assert_int_equal(out, round * 10 + i);
        }
        assert_int_equal(st_queue_try_pop(queue, &out), STANCE_AGAIN);
    }
    st_queue_free(&queue);
    assert_null(queue);
    st_queue_free(&queue);
}

static void close_lets_out_what_is_inside(void **state)
{
    (void)state;
    st_queue *queue = st_queue_new(2, sizeof(int));
    int out;
    st_queue_push(queue, &(int){1});
    st_queue_close(queue);
    assert_int_equal(st_queue_push(queue, &(int){2}), STANCE_END);
    assert_int_equal(st_queue_pop(queue, &out), 0);
    assert_int_equal(out, 1);
    assert_int_equal(st_queue_pop(queue, &out), STANCE_END);
    assert_int_equal(st_queue_try_pop(queue, &out), STANCE_END);
    st_queue_free(&queue);
}

static bool is_even(const void *item)
{
    return *(const int *)item % 2 == 0;
}

static void a_full_queue_drops_the_oldest_that_may_go(void **state)
{
    (void)state;
    st_queue *queue = st_queue_new(3, sizeof(int));
    int dropped = -1, out;
    for (int i = 1; i <= 3; i++)
        assert_int_equal(st_queue_push_drop(queue, &i, is_even, &dropped), 0);
    assert_int_equal(st_queue_push_drop(queue, &(int){4}, is_even, &dropped),
                     ST_QUEUE_DROPPED);
    assert_int_equal(dropped, 2);
    static const int left[] = {1, 3, 4};
    for (size_t i = 0; i < COUNT(left); i++) {
        st_queue_pop(queue, &out);
        assert_int_equal(out, left[i]);
    }
    st_queue_close(queue);
    assert_int_equal(st_queue_push_drop(queue, &(int){5}, is_even, &dropped), STANCE_END);
    st_queue_free(&queue);
}

static void *produce(void *arg)
{
    for (int i = 0; i < MANY; i++)
        if (st_queue_push(arg, &i) != 0)
            return (void *)(intptr_t)i;
    st_queue_close(arg);
    return (void *)(intptr_t)MANY;
}

static void threads_hand_over_everything(void **state)
{
    (void)state;
    st_queue *queue = st_queue_new(2, sizeof(int));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, queue), 0);
    int out, expected = 0;
    while (st_queue_pop(queue, &out) == 0)
        assert_int_equal(out, expected++);
    void *made;
    pthread_join(thread, &made);
    assert_int_equal(expected, MANY);
    assert_int_equal((intptr_t)made, MANY);
    st_queue_free(&queue);
}

static void close_wakes_a_waiting_producer(void **state)
{
    (void)state;
    st_queue *queue = st_queue_new(2, sizeof(int));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, produce, queue), 0);
    st_sleep_us(20000);
    st_queue_close(queue);
    void *made;
    pthread_join(thread, &made);
    assert_int_equal((intptr_t)made, 2);
    st_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_kept_and_the_ring_turns),
        cmocka_unit_test(close_lets_out_what_is_inside),
        cmocka_unit_test(a_full_queue_drops_the_oldest_that_may_go),
        cmocka_unit_test(threads_hand_over_everything),
        cmocka_unit_test(close_wakes_a_waiting_producer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
