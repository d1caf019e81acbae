/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `stance` program: finds the command and hands over.
 *
 * Whoever types something near to right is told what was probably meant: `stance
 * walk.mp4` forgot a word, `stance rnu` swapped two letters. Exit statuses are those of
 * STANCE_STATUS_MAP in stance/common.h.
 */
#define _XOPEN_SOURCE 700 /* fcntl */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* With standard input, output or error closed by the caller, the first file opened would
 * take its number, and messages would end up in a video. */
static void keep_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            _exit(stance_status_exit(STANCE_EOUTPUT));
}

static int print_program_help(void)
{
    text help = {0};
    program_help(&help);
    int status = print_out(help.data);
    free(help.data);
    return status;
}

static int print_version(void)
{
    char *version = must_format("stance %s\n", stance_version());
    int status = print_out(version);
    free(version);
    return status;
}

static bool looks_like_input(const char *word)
{
    return access(word, F_OK) == 0 || strstr(word, "://") ||
           strncmp(word, "camera:", 7) == 0 || stance_input_is_video_name(word) ||
           stance_input_is_picture_name(word);
}

static int not_a_command(const char *word)
{
    if (strcmp(word, "-h") != 0 && word[0] == '-' && word[1])
        return say_misuse("'%s' stands before the command; expected it behind, as in "
                          "'stance run INPUT %s'; see 'stance --help'",
                          word, word);
    if (looks_like_input(word))
        return say_misuse("'%s' is no command; did you mean 'stance run %s'?", word,
                          word);
    nearest near = {.name = word};
    for (const command *c = commands; c->name; c++)
        nearest_try(&near, c->name);
    if (near.found)
        return say_misuse("unknown command '%s'; did you mean 'stance %s'?", word,
                          near.found);
    return say_misuse("unknown command '%s'; see 'stance --help'", word);
}

/* "stance help", "stance help run" */
static int help_on(int argc, char **argv)
{
    if (argc < 2)
        return print_program_help();
    const command *c = command_find(argv[1]);
    char help[] = "--help";
    char *words[] = {argv[1], help, NULL};
    return c ? c->run(2, words) : not_a_command(argv[1]);
}

int main(int argc, char **argv)
{
    keep_standard_files();
    say_set(&(say_settings){0});
    if (argc < 2) {
        text help = {0};
        program_help(&help);
        say_raw(help.data);
        free(help.data);
        return stance_status_exit(STANCE_EINVAL);
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return print_program_help();
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return print_version();
    if (strcmp(word, "help") == 0)
        return help_on(argc - 1, argv + 1);
    if (strcmp(word, "worker") == 0)
        return cmd_worker(argc - 1, argv + 1);
    const command *c = command_find(word);
    return c ? c->run(argc - 1, argv + 1) : not_a_command(word);
}
