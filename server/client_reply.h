/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CLIENT_REPLY_H
#define SERVER_CLIENT_REPLY_H

#include <stdint.h>

/** What a server says of a job, or why it refuses it, read; "" and -1: not told. */
typedef struct client_reply {
    char id[64], state[16];
    int64_t frames, n_frames, screenshots;
    double fps;
    char error[512];  /**< of the job */
    char detail[512]; /**< of a problem document */
} client_reply;

client_reply client_reply_read(const char *body);

#endif
