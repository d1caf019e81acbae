/* SPDX-License-Identifier: Apache-2.0 */
/* Events in a list that keeps its room when it is emptied. Whoever adds need not ask
 * whether there was memory: whoever hands them out does. */
#include "pose/event_list.h"

#include "base/memory.h"

void st_event_list_add(st_event_list *list, const stance_event *event)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        stance_event *more = st_realloc_array(list->at, capacity, sizeof(*more));
        if (!more) {
            list->failed = true;
            return;
        }
        list->at = more;
        list->capacity = capacity;
    }
    list->at[list->n++] = *event;
}

void st_event_list_clear(st_event_list *list)
{
    st_free(list->at);
    *list = (st_event_list){0};
}
