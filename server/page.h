/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_PAGE_H
#define SERVER_PAGE_H

#include "http.h"

/* The web app (web/), whose files are part of the program. */

typedef struct page_file {
    const char *path; /**< "/assets/..."; NULL behind the last */
    const char *type;
    const char *tag; /**< of its content */
    const unsigned char *bytes;
    size_t n;       /**< compressed by gzip */
    size_t n_plain; /**< not compressed */
} page_file;

/** Made by web/embed.mjs, or empty where the program is built without the page. */
extern const page_file page_files[];

/** True for an address of the page, which has nothing of anybody's in it. */
bool page_is_at(const char *path);
/** Reply with what is there. @return false: nothing is */
bool page_reply(http_request *r);

#endif
