/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fence, tried from inside: a process puts it up and does what it is not to be able
 * to do, and then what it has to be. Each thing is tried without it first: what would
 * fail in any case would tell nothing.
 */
#include "fence.h" /* before cmocka, which has a fail() of its own */

#include "fence_kit.h"

/* ---- trying ---- */

typedef struct outcome {
    unsigned force;
    int error;
} outcome;

static fence what_stays(fence_network network)
{
    fence f = {.network = network};
    strings_add(&f.read, input);
    strings_add(&f.write, folder[MINE]);
    strings_add(&f.devices, device);
    return f;
}

/* In a process of its own. @param f NULL: without a fence */
static outcome try(int (*fn)(void), const fence *f)
{
    outcome o = {0, EIO};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        unsigned force = f ? fence_in(f) : 0;
        if (fn == become_program) { /* does not come back where it can */
            outcome gone = {force, 0};
            if (write(ends[1], &gone, sizeof(gone)) != sizeof(gone))
                _exit(1);
        }
        o = (outcome){force, fn()};
        _exit(write(ends[1], &o, sizeof(o)) != sizeof(o));
    }
    close(ends[1]);
    for (outcome next; read(ends[0], &next, sizeof(next)) == sizeof(next);)
        o = next;
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return o;
}

typedef struct attempt {
    const char *what;
    int (*fn)(void);
    unsigned by; /* any of these prevents it */
} attempt;

enum { FILES = FENCE_FILES, CALLS = FENCE_CALLS, SIGNALS = FENCE_SIGNALS };

#define TRY(fn, by) \
    {               \
#fn, fn, by \
    }

static void make_files(void)
{
    kit_write(input, "input", 5);
    kit_write(theirs, "theirs", 6);
    chmod(theirs, 0600);
}

static void clear(void)
{
    static const char *const names[] = {"link", "symlink", "pipe", "moved", "a"};
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(in(MINE, names[i]));
    unlink(in(OTHERS, "made"));
    unlink(in(OTHERS, "moved"));
}

static void expect_denied(const attempt *list, size_t n, fence_network network)
{
    fence f = what_stays(network);
    for (size_t i = 0; i < n; i++) {
        const attempt *a = &list[i];
        make_files();
        outcome without = try(a->fn, NULL);
        clear();
        make_files();
        outcome inside = try(a->fn, &f);
        clear();
        if (!(inside.force & a->by))
            printf("%s: not tried, as this system or build does not limit it\n", a->what);
        else if (without.error != 0)
            printf("%s: not possible here in any case (%s)\n", a->what,
                   strerror(without.error));
        if ((inside.force & a->by) && inside.error == 0)
            fail_msg("%s: expected to fail inside, but it was done", a->what);
    }
    fence_clear(&f);
}

static void what_is_denied(void **state)
{
    (void)state;
    static const attempt list[] = {
        TRY(write_input, FILES),
        TRY(truncate_input, FILES | CALLS),
        TRY(read_theirs, FILES),
        TRY(write_theirs, FILES),
        TRY(read_theirs_by_a_way_round, FILES),
        TRY(read_theirs_by_thread, FILES),
        TRY(read_passwords, FILES),
        TRY(read_servers_memory, FILES),
        TRY(read_servers_command, FILES),
        TRY(list_theirs, FILES),
        TRY(list_root, FILES),
        TRY(make_theirs, FILES),
        TRY(remove_theirs, FILES),
        TRY(move_mine_to_theirs, FILES),
        TRY(change_rights, CALLS),
        TRY(change_times, CALLS),
        TRY(link_theirs_to_mine, FILES | CALLS),
        TRY(point_to_theirs, FILES | CALLS),
        TRY(make_pipe_for_server, FILES | CALLS),
        TRY(watch_theirs, CALLS),
        TRY(begin_process, CALLS),
        TRY(clone_process, CALLS),
        TRY(become_program, FILES | CALLS),
        TRY(signal_server, SIGNALS | CALLS),
        TRY(signal_all, SIGNALS | CALLS),
        TRY(signal_servers_thread, SIGNALS | CALLS),
        TRY(signal_any_thread, SIGNALS | CALLS),
        TRY(queue_signal, SIGNALS | CALLS),
        TRY(signal_by_descriptor, CALLS),
        TRY(signal_by_descriptor_in_disguise, CALLS),
        TRY(descriptor_of_server, CALLS),
        TRY(servers_memory, FILES | CALLS),
        TRY(servers_limits, CALLS),
        TRY(servers_processors, CALLS),
        TRY(servers_turn, CALLS),
        TRY(shared_memory, CALLS),
        TRY(named_queue, CALLS),
        TRY(new_namespace, CALLS),
        TRY(internet_socket, CALLS),
        TRY(local_socket, CALLS),
    };
    expect_denied(list, COUNT(list), FENCE_NO_SOCKETS);
}

static void sockets_are_those_of_the_internet(void **state)
{
    (void)state;
    static const attempt list[] = {TRY(local_socket, CALLS),
                                   TRY(wait_for_connections, CALLS)};
    expect_denied(list, COUNT(list), FENCE_INTERNET);
    fence f = what_stays(FENCE_INTERNET);
    assert_int_equal(try(internet_socket, &f).error, try(internet_socket, NULL).error);
    fence_clear(&f);
    f = what_stays(FENCE_SOCKETS);
    assert_int_equal(try(local_socket, &f).error, try(local_socket, NULL).error);
    fence_clear(&f);
}

static void what_stays_possible(void **state)
{
    (void)state;
    static const attempt list[] = {
        TRY(read_input, 0),     TRY(make_and_rename_mine, 0), TRY(begin_threads, 0),
        TRY(signal_oneself, 0), TRY(read_library, 0),         TRY(write_to_nothing, 0),
        TRY(use_device, 0),
    };
    fence f = what_stays(FENCE_NO_SOCKETS);
    for (size_t i = 0; i < COUNT(list); i++) {
        make_files();
        int expected = try(list[i].fn, NULL).error, found = try(list[i].fn, &f).error;
        if (found != expected)
            fail_msg("%s: %s inside, %s without a fence", list[i].what, strerror(found),
                     strerror(expected));
    }
    fence_clear(&f);
}

/* A failed assertion ends the process by a signal to itself. */
static void abort_ends(void **state)
{
    (void)state;
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        fence_in(&(fence){0});
        abort();
    }
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void what_is_in_force_is_told(void **state)
{
    (void)state;
    const fence any = {.any_file = true};
    long version = syscall(444 /* landlock_create_ruleset */, NULL, 0, 1);
    unsigned force = try(read_input, &(fence){0}).force;
    printf("Landlock version %ld, in force: %s%s%s\n", version,
           force & FENCE_FILES ? "files " : "", force & FENCE_SIGNALS ? "signals " : "",
           force & FENCE_CALLS ? "calls" : "");
    assert_int_equal((force & FENCE_FILES) != 0, version >= 1);
    assert_int_equal((force & FENCE_SIGNALS) != 0, version >= 6);
    make_files();
    assert_int_equal(try(read_theirs, &any).force & (FENCE_FILES | FENCE_SIGNALS), 0);
    assert_int_equal(try(read_theirs, &any).error, 0);
}

static void paths_to_write_come_to_folders(void **state)
{
    (void)state;
    char own[256], later[256];
    snprintf(own, sizeof(own), "%s/x.json", folder[MINE]);
    snprintf(later, sizeof(later), "%s/shots/", folder[MINE]);
    const char *const cases[][2] = {
        {own, folder[MINE]},        {later, folder[MINE]}, {folder[MINE], folder[MINE]},
        {"/dev/null", "/dev/null"}, {"x.json", "."},       {"/x.json", "/"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fence f = {0};
        fence_write_at(&f, cases[i][0]);
        assert_int_equal(f.write.n, 1);
        assert_string_equal(f.write.at[0], cases[i][1]);
        fence_clear(&f);
    }
    fence f = {0};
    fence_write_at(&f, "-");
    fence_write_at(&f, NULL);
    assert_int_equal(f.write.n, 0);
}

static int set_up(void **state)
{
    static const char *const names[N_FOLDERS] = {"mine", "others"};
    if (kit_make_dir(state) != 0)
        return -1;
    for (int i = 0; i < N_FOLDERS; i++) {
        snprintf(folder[i], sizeof(folder[i]), "%s", in_dir(names[i]));
        if (mkdir(folder[i], 0700) != 0)
            return -1;
    }
    snprintf(input, sizeof(input), "%s", in_dir("input"));
    snprintf(theirs, sizeof(theirs), "%s", in(OTHERS, "theirs"));
    snprintf(device, sizeof(device), "/dev/full");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_force_is_told),
        cmocka_unit_test(what_is_denied),
        cmocka_unit_test(sockets_are_those_of_the_internet),
        cmocka_unit_test(what_stays_possible),
        cmocka_unit_test(abort_ends),
        cmocka_unit_test(paths_to_write_come_to_folders),
    };
    return cmocka_run_group_tests(tests, set_up, kit_remove_dir);
}
