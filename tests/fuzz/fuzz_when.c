/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a time, a cursor and a pattern. What is taken as a clock time is written in
 * a form that reads as the same time again.
 */
#include <stdlib.h>
#include <string.h>

#include "store/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), again[STANCE_CLOCK_SIZE];
    int64_t us, same, numbers[2];
    bool is_clock;
    stance_error err = {0};
    expect(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    int rc = stance_clock_parse(text, 1795204800000000, &us, &is_clock, &err);
    expect(rc == 0 || (rc == STANCE_EINVAL && err.message[0] != '\0'));
    expect(rc < 0 || is_clock || us >= 0);
    if (rc == 0 && is_clock) {
        stance_clock_text(us, again);
        expect(!*again || (stance_clock_parse(again, 0, &same, &is_clock, NULL) == 0 &&
                           is_clock && same == us));
    }
    if (st_cursor_read(text, "time", numbers, 2))
        expect(numbers[0] >= 0 && numbers[1] >= 0);
    if (st_cursor_read(text, "number", numbers, 1))
        expect(numbers[0] >= 0);
    char *pattern = st_pattern(text), *shown = st_address_shown(text);
    expect(pattern && strlen(pattern) <= 2 * strlen(text));
    expect(shown && strlen(shown) <= strlen(text));
    st_free(pattern);
    st_free(shown);
    free(text);
    return 0;
}
