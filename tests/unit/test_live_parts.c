/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of live sources: which addresses a pattern allows, JPEGs out of a stream of
 * bytes, and a feed of which followers get the newest.
 */
#include "clients.h"
#include "feed.h" /* before cmocka, which has a fail() of its own */
#include "pieces.h"
#include "source_rules.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static void patterns_allow_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *address;
        bool fits;
    } cases[] = {
        {"rtsp://10.0.0.5/live", "rtsp://10.0.0.5/live", true},
        {"rtsp://10.0.0.5/live", "rtsp://10.0.0.5:554/live", true},
        {"rtsp://10.0.0.5/live", "rtsp://10.0.0.5:8554/live", false},
        {"rtsp://10.0.0.5/live", "rtsp://user:word@10.0.0.5/live", true},
        {"rtsp://10.0.0.5/live", "rtsps://10.0.0.5/live", false},
        {"rtsp://10.0.0.5", "rtsp://10.0.0.5/any/thing?at=all", true},
        {"rtsp://10.0.0.*:*/*", "rtsp://10.0.0.77:9000/a", true},
        {"rtsp://10.0.0.*/*", "rtsp://10.0.1.7/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://10.0.0.1@evil.example/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://10.0.0.1:554@evil.example/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://evil.example/10.0.0.1/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://evil.example#@10.0.0.1/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://10.0.0.1.evil.example/a", false},
        {"rtsp://10.0.0.*/*", "rtsp://10.0.0.evil.example/a", false},
        {"rtsp://10.0.*.5/*", "rtsp://10.0.evil.5/a", false},
        {"rtsp://10.0.*.5/*", "rtsp://10.0.77.5/a", true},
        {"rtsp://10.*.5/*", "rtsp://10.1.2.5/a", false}, /* four parts, as numbers have */
        {"rtsp://10.*/*", "rtsp://10.1.2.5/a", true},
        {"rtsp://10.*/*", "rtsp://10.evil.example/a", false},
        {"rtsp://10.0.0/*", "rtsp://10.0.0.1/a", false},
        {"rtsp://10.0.0.1?/*", "rtsp://10.0.0.17/a", true},
        {"rtsp://10.0.0.1.*/*", "rtsp://10.0.0.1/a", false},
        {"rtsp://*/*", "rtsp://cam.example/a", true},
        {"rtsp://cam*.example/*", "rtsp://cam1.example/a", true},
        {"http://CAM.example/*", "http://cam.EXAMPLE/x", true},
        {"http://cam.example/a", "http://cam.example/b", false},
        {"http://cam.example/a/*", "http://cam.example/a/../b", false},
        {"http://cam.example/a/*", "http://cam.example/a/%2e%2E/b", false},
        {"http://cam.example/a/*", "http://cam.example/a/x%2F..%5cb", false},
        {"http://cam.example/a/*", "http://cam.example/a/x%20y", true},
        {"https://cam.example", "http://cam.example/", false},
        {"rtsp://[::1]:*/*", "rtsp://[::1]:554/x", true},
        {"camera:*", "camera:0", true},
        {"camera:0", "camera:1", false},
        {"*", "camera:0", true},
        {"*", "rtsp://10.0.0.1/", false}, /* a pattern for addresses is one */
        {"rtsp://*", "camera:0", false},
        {"", "camera:0", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (source_rules_fits(cases[i].pattern, cases[i].address) != cases[i].fits)
            fail_msg("%s, %s: expected %d", cases[i].pattern, cases[i].address,
                     cases[i].fits);
}

static void passwords_are_not_shown(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"rtsp://user:word@host/x", "rtsp://host/x"},
        {"rtsp://a@b@host/x@y", "rtsp://host/x@y"},
        {"rtsp://host/x@y", "rtsp://host/x@y"},
        {"camera:0", "camera:0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        stream_source source;
        stance_error err;
        assert_int_equal(source_rules_trust(cases[i][0], &source, &err), 0);
        assert_string_equal(source.shown, cases[i][1]);
        assert_string_equal(source.address, cases[i][0]);
        free(source.shown);
        free(source.address);
    }
}

static const unsigned char jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0,    4,   0xff, 0xd9,
                                     0xff, 0xda, 0,    3,    9,    1,   0xff, 0,
                                     0xff, 0xd3, 2,    0xff, 0xff, 0xd9};

/* Byte by byte, with rubbish before and between. */
static void jpegs_are_cut_where_they_end(void **state)
{
    (void)state;
    pieces p = {.most = 1000};
    text all = {0};
    size_t found = 0, n;
    text_add(&all, "rubbish\xff");
    for (int i = 0; i < 3; i++) {
        text_add_bytes(&all, (const char *)jpeg, sizeof(jpeg));
        text_add(&all, i == 1 ? "\xff\xd8\xff more" : "");
    }
    for (size_t i = 0; i < all.n; i++) {
        text_add_bytes(&p.bytes, all.data + i, 1);
        for (char *one; (one = pieces_jpeg(&p, &n)) != NULL; free(one)) {
            assert_int_equal(n, sizeof(jpeg));
            assert_memory_equal(one, jpeg, n);
            found++;
        }
    }
    assert_int_equal(found, 3);
    pieces_clear(&p);
    free(all.data);
}

static void a_piece_that_never_ends_is_dropped(void **state)
{
    (void)state;
    pieces p = {.most = 100};
    size_t n;
    for (int i = 0; i < 50; i++) {
        text_add_bytes(&p.bytes, (const char *)jpeg, sizeof(jpeg) - 2);
        assert_null(pieces_jpeg(&p, &n));
        assert_true(p.bytes.n <= 100 + sizeof(jpeg));
    }
    text_add_bytes(&p.bytes, (const char *)jpeg, sizeof(jpeg));
    char *one = NULL;
    for (int i = 0; i < 20 && !one; i++)
        one = pieces_jpeg(&p, &n);
    assert_non_null(one);
    free(one);
    pieces_clear(&p);
}

static void *follow(void *user)
{
    feed *f = user;
    int64_t last = 0, *seen = must_alloc(1, sizeof(*seen));
    *seen = 0;
    while (!feed_has_ended(f)) {
        feed_item *item = feed_next(f, last, 100);
        if (!item)
            continue;
        size_t n;
        const char *bytes = feed_bytes(item, &n);
        if (feed_number(item) <= last || n != 8 || strlen(bytes) != 7)
            *seen = -1000000000;
        last = feed_number(item);
        ++*seen;
        feed_let_go(item);
    }
    return seen;
}

static void followers_get_the_newest(void **state)
{
    (void)state;
    enum { FOLLOWERS = 8, ITEMS = 20000 };
    pthread_t threads[FOLLOWERS];
    feed *f = feed_new();
    assert_null(feed_next(f, 0, 10));
    for (int i = 0; i < FOLLOWERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, follow, f), 0);
    for (int i = 0; i < ITEMS; i++)
        feed_put(f, must_format("%07d", i), 8);
    feed_item *newest = feed_next(f, 0, 0);
    assert_int_equal(feed_number(newest), ITEMS);
    feed_end(f);
    for (int i = 0; i < FOLLOWERS; i++) {
        void *seen;
        pthread_join(threads[i], &seen);
        assert_true(*(int64_t *)seen >= 0 && *(int64_t *)seen <= ITEMS);
        free(seen);
    }
    feed_free(f); /* what is held stays */
    size_t n;
    assert_string_equal(feed_bytes(newest, &n), "0019999");
    feed_let_go(newest);
}

static void clients_are_counted(void **state)
{
    (void)state;
    clients *c = clients_new(2);
    for (int i = 0; i < 5; i++)
        assert_true(clients_enter(c, "127.0.0.1"));
    assert_true(clients_enter(c, "10.0.0.1") && clients_enter(c, "10.0.0.1"));
    assert_false(clients_enter(c, "10.0.0.1"));
    assert_true(clients_enter(c, "10.0.0.2"));
    clients_leave(c, "10.0.0.1");
    assert_true(clients_enter(c, "10.0.0.1"));
    assert_false(clients_enter(c, "10.0.0.1"));
    for (int i = 0; i < 2; i++)
        clients_leave(c, "10.0.0.1");
    clients_leave(c, "10.0.0.1"); /* nobody any more */
    for (int i = 0; i < 100; i++) {
        char *address = must_format("2001:db8::%d", i);
        assert_true(clients_enter(c, address) && clients_enter(c, address));
        assert_false(clients_enter(c, address));
        free(address);
    }
    clients_free(c);
    c = clients_new(0);
    for (int i = 0; i < 100; i++)
        assert_true(clients_enter(c, "10.0.0.1"));
    clients_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_allow_what_they_say),
        cmocka_unit_test(passwords_are_not_shown),
        cmocka_unit_test(jpegs_are_cut_where_they_end),
        cmocka_unit_test(a_piece_that_never_ends_is_dropped),
        cmocka_unit_test(followers_get_the_newest),
        cmocka_unit_test(clients_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
