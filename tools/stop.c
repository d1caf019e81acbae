/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C: once to finish what is in flight and close all outputs validly, twice to stop
 * now.
 *
 * Only what is safe in a signal handler happens there: atomic stores, write() and
 * _exit(). SIGPIPE is ignored so that `--json - | head` ends with an error that removes
 * what was begun, and not in the middle of a write.
 */
#define _XOPEN_SOURCE 700 /* sigaction */

#include "stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "tools.h"

enum { EXIT_NOW = 130 };

static stance_run *_Atomic watched;
static atomic_int asked;
static bool speaks;

static void on_signal(int number)
{
    (void)number;
    static const char words[] =
        "\r\033[Kstance: ending; press Ctrl-C again to stop now\n";
    if (atomic_fetch_add(&asked, 1) > 0)
        _exit(EXIT_NOW);
    stance_run *run = atomic_load(&watched);
    if (run)
        stance_run_stop(run);
    if (speaks && write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
        speaks = false;
}

void stop_install(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    speaks = say_shows_progress();
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

void stop_watch(stance_run *run)
{
    atomic_store(&watched, run);
    if (run && stop_asked()) /* the signal came between opening and watching */
        stance_run_stop(run);
}

bool stop_asked(void)
{
    return atomic_load(&asked) > 0;
}
