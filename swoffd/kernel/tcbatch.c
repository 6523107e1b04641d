/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All memory of a batch is allocated once and used again; only answers to
 * REQUEST_GET can make it grow.
 */
#include "swoffd/kernel/tcbatch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/qdisc.h"

struct entry {
	uint64_t tag;
	enum kernel_request_kind kind;
	bool answered, with_next;
	int err;
	uint32_t extack;               /* offset in texts */
	uint32_t reply;                /* offset in replies */
	bool has_reply;
	uint32_t block;                /* that a qdisc shall have */
	bool other_block;              /* it has another */
};

struct tcbatch {
	struct tcbatch *next;          /* of the queue that it is in */
	uint32_t first_seq;
	unsigned int n;
	size_t used;                   /* bytes of buf */
	unsigned int first, end;       /* the part that is being sent */
	size_t from, to;               /* and its bytes of buf */
	bool garbled;                  /* an answer to it was not understood */
	uint32_t text_used;
	char *replies;
	size_t reply_used, reply_size;
	struct entry entries[TCBATCH_MESSAGES];
	/* Offset 0 is the empty text. */
	char texts[1 + TCBATCH_MESSAGES * ERROR_EXTACK_SIZE];
	_Alignas(NLMSG_ALIGNTO) char buf[TCBATCH_BYTES];
};

_Static_assert(offsetof(struct tcbatch, next) == TCBATCH_NEXT_OFFSET,
	       "queued by this member");

int tcbatch_new(struct tcbatch **out)
{
	struct tcbatch *b = calloc(1, sizeof(*b));

	if (!b)
		return -ENOMEM;
	*out = b;
	return 0;
}

void tcbatch_free(struct tcbatch *b)
{
	if (!b)
		return;
	free(b->replies);
	free(b);
}

void tcbatch_reset(struct tcbatch *b, uint32_t first_seq)
{
	b->first_seq = first_seq;
	b->n = b->first = b->end = 0;
	b->used = b->from = b->to = b->reply_used = 0;
	b->text_used = 1;
}

unsigned int tcbatch_count(const struct tcbatch *b)
{
	return b->n;
}

bool tcbatch_has_room(const struct tcbatch *b, unsigned int n)
{
	return TCBATCH_MESSAGES - b->n >= n &&
	       (sizeof(b->buf) - b->used) / FILTER_MAX_SIZE >= n;
}

int tcbatch_add(struct tcbatch *b, struct filter_memo *memo,
		const struct kernel_request *req)
{
	struct nlmsghdr *nlh = (void *)(b->buf + b->used);
	int rc = filter_memo_encode(memo, nlh, sizeof(b->buf) - b->used, req);

	if (rc)
		return rc;
	nlh->nlmsg_seq = b->first_seq + b->n;
	b->used += MNL_ALIGN(nlh->nlmsg_len);
	b->entries[b->n++] = (struct entry){
		.tag = req->tag,
		.kind = req->kind,
		.with_next = req->with_next,
		.block = req->rule->block,
	};
	return 0;
}

static bool part_goes_on(const struct tcbatch *b, unsigned int max)
{
	unsigned int n = b->end - b->first;

	return n < max || (max > 1 && b->entries[b->end - 1].with_next);
}

unsigned int tcbatch_part(struct tcbatch *b, unsigned int max,
			  const void **data, size_t *size)
{
	struct nlmsghdr *last = NULL;

	b->garbled = false;
	b->end = b->first;
	b->to = b->from;
	while (b->end < b->n && part_goes_on(b, max)) {
		last = (void *)(b->buf + b->to);
		b->to += MNL_ALIGN(last->nlmsg_len);
		b->end++;
	}
	if (last)
		last->nlmsg_flags |= NLM_F_ACK;
	*data = b->buf + b->from;
	*size = b->to - b->from;
	return b->end - b->first;
}

/* Rows of equal text, as when a table is full, are kept once. */
static uint32_t keep_text(struct tcbatch *b, unsigned int i, const char *text)
{
	size_t size = strlen(text) + 1;
	uint32_t at = b->text_used;

	if (size == 1)
		return 0;
	if (i && !strcmp(b->texts + b->entries[i - 1].extack, text))
		return b->entries[i - 1].extack;
	/* A kernel that answers one request twice could fill it up. */
	if (sizeof(b->texts) - at < size)
		return 0;
	memcpy(b->texts + at, text, size);
	b->text_used += (uint32_t)size;
	return at;
}

static bool grow_replies(struct tcbatch *b, size_t size)
{
	size_t want = b->reply_used + size;
	char *p;

	if (want <= b->reply_size)
		return true;
	want += NLSOCK_RECV_SIZE;
	p = realloc(b->replies, want);
	if (!p)
		return false;
	b->replies = p;
	b->reply_size = want;
	return true;
}

static void keep_reply(struct tcbatch *b, struct entry *e,
		       const struct nlmsghdr *nlh)
{
	size_t size = MNL_ALIGN(nlh->nlmsg_len);

	if (e->kind != REQUEST_GET || e->has_reply || !grow_replies(b, size))
		return;
	memcpy(b->replies + b->reply_used, nlh, nlh->nlmsg_len);
	e->reply = (uint32_t)b->reply_used;
	e->has_reply = true;
	b->reply_used += size;
}

/* Success alone does not tell its block: see qdisc.c. */
static void check_qdisc(struct entry *e, const struct nlmsghdr *nlh)
{
	uint32_t block;

	if (e->kind != REQUEST_QDISC || qdisc_decode_block(nlh, &block))
		return;
	e->has_reply = true;
	e->other_block = block != e->block;
}

static void answer_one(struct tcbatch *b, const struct nlmsghdr *nlh)
{
	unsigned int i = nlh->nlmsg_seq - b->first_seq;
	struct nlsock_end end;
	int rc;

	if (i < b->first || i >= b->end || b->entries[i].answered)
		return;
	if (nlh->nlmsg_type == RTM_NEWTFILTER)
		keep_reply(b, &b->entries[i], nlh);
	if (nlh->nlmsg_type == RTM_NEWQDISC)
		check_qdisc(&b->entries[i], nlh);
	rc = nlsock_decode_end(nlh, &end);
	if (rc == -EBADMSG)
		b->garbled = true;
	if (rc)
		return;
	b->entries[i].answered = true;
	b->entries[i].err = end.err;
	b->entries[i].extack = keep_text(b, i, end.extack);
}

bool tcbatch_answer(struct tcbatch *b, const void *data, size_t size)
{
	const struct nlmsghdr *nlh = data;

	for (; nlsock_msg_ok(nlh, size); nlh = nlsock_msg_next(nlh, &size))
		answer_one(b, nlh);
	if (size)
		b->garbled = true;
	return b->first < b->end && b->entries[b->end - 1].answered;
}

static void settle_one(struct entry *e, int err)
{
	if (!e->answered)
		e->err = err;
	if (e->err)
		return;
	if (e->other_block)
		e->err = EEXIST;
	else if (!e->has_reply &&
		 (e->kind == REQUEST_GET || e->kind == REQUEST_QDISC))
		e->err = ENOBUFS;
}

void tcbatch_settle(struct tcbatch *b, int err)
{
	if (!err && b->garbled)
		err = ENOBUFS;
	for (unsigned int i = b->first; i < b->end; i++)
		settle_one(&b->entries[i], err);
	b->first = b->end;
	b->from = b->to;
}

static void deliver_reply(const struct tcbatch *b, const struct entry *e,
			  const struct kernel_events *events, void *ctx)
{
	struct filter_view view;

	if (e->kind != REQUEST_GET || !e->has_reply ||
	    filter_decode((const void *)(b->replies + e->reply), &view))
		return;
	view.filter.tag = e->tag;
	events->tc_filter(ctx, &view.filter);
}

void tcbatch_deliver(const struct tcbatch *b,
		     const struct kernel_events *events, void *ctx)
{
	for (unsigned int i = 0; i < b->n; i++) {
		const struct entry *e = &b->entries[i];

		deliver_reply(b, e, events, ctx);
		events->tc_result(ctx, e->tag, e->err, b->texts + e->extack);
	}
}
