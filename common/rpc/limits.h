/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever a peer of the control socket can make grow, and how far. */
#ifndef COMMON_RPC_LIMITS_H
#define COMMON_RPC_LIMITS_H

#define RPC_MAX_LINE_SIZE (1024 * 1024)      /* a request, newline included */
#define RPC_MAX_DEPTH 32                     /* nesting of its JSON */
#define RPC_MAX_REPLY_SIZE (64 * 1024 * 1024)    /* what a client accepts */
#define RPC_MAX_FDS 2                        /* descriptors with one request */
#define RPC_MAX_CLIENTS 512
#define RPC_MAX_READERS 384    /* of them without the right to write */
#define RPC_MAX_CALLS 64       /* unanswered requests of one client */
#define RPC_MAX_STREAMS 64     /* calls of all clients that hold descriptors */
#define RPC_MAX_READER_STREAMS 48    /* … of those that may not write */
#define RPC_MAX_MONITORS 32    /* … of all, that watch events */
#define RPC_MAX_OUTPUT_SIZE (4 * 1024 * 1024)    /* unread replies of one */
#define RPC_READ_SIZE (16 * 1024)            /* taken at once from a socket */
#define RPC_HALF_REQUEST_MS 10000            /* to finish a line once begun */
#define RPC_STALLED_MS 30000                 /* replies that nobody reads */
#define RPC_NO_FD_RETRY_MS 1000              /* accept again after EMFILE */

#endif
