/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance schema`: the JSON Schema of what `stance run --json` writes, or, as `stance
 * schema events`, of events.
 *
 * The text is the library's own, so it always fits the JSON that this program writes.
 */
#include <string.h>

#include "cli.h"

static int print(const cli_line *line, void *settings)
{
    const strings *words = &line->words;
    (void)settings;
    bool events = words->n == 1 && strcmp(words->at[0], "events") == 0;
    if (words->n > 0 && !events)
        return say_misuse("expected 'stance schema' or 'stance schema events', found "
                          "'%s'; see 'stance schema --help'",
                          words->at[words->n - 1]);
    const char *schema = events ? stance_events_schema() : stance_schema();
    int status = print_out(schema);
    size_t n = strlen(schema);
    if (status == 0 && (n == 0 || schema[n - 1] != '\n'))
        status = print_out("\n");
    return status;
}

int cmd_schema(int argc, char **argv)
{
    char none = 0; /* the command has no options of its own, but answers --help */
    return command_run(argc, argv, &none, print);
}
