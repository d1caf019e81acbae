/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anything as a line of a child that looked at a stranger's file, and as the answer of a
 * server: what is read of it is text that ends, and says no more than the line did.
 */
#include <stdlib.h>
#include <string.h>

#include "child_says.h"
#include "client_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_text(const char *string, size_t room, size_t most)
{
    size_t n = strnlen(string, room);
    if (n == room || n > most)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1);
    if (!line)
        abort();
    memcpy(line, data, size);
    line[size] = '\0';
    child_says says = child_says_read(line);
    client_reply reply = client_reply_read(line);
    expect_text(says.error, sizeof(says.error), size);
    expect_text(says.warning, sizeof(says.warning), size);
    expect_text(reply.id, sizeof(reply.id), size);
    expect_text(reply.state, sizeof(reply.state), size);
    expect_text(reply.error, sizeof(reply.error), size);
    expect_text(reply.detail, sizeof(reply.detail), size);
    if (!says.progress && (says.frames || says.n_frames != -1))
        abort();
    free(line);
    return 0;
}
