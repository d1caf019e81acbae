/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `stance schema`: the JSON Schema of what `stance run --json` writes, or, as `stance
 * schema events`, of events.
 *
 * The text is the library's own, so it always fits the JSON that this program writes.
 */
#include <string.h>

#include "cli.h"

int cmd_schema(int argc, char **argv)
{
    char none = 0; /* the command has no options of its own, but answers --help */
    int status;
    bool events = argc == 2 && strcmp(argv[1], "events") == 0;
    if (!command_begin(command_find("schema"), argc - events, argv, &none, &status))
        return status;
    const char *schema = events ? stance_events_schema() : stance_schema();
    status = print_out(schema);
    size_t n = strlen(schema);
    if (status == 0 && (n == 0 || schema[n - 1] != '\n'))
        status = print_out("\n");
    return status;
}
