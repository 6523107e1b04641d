/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intrusive doubly linked list with a head of its own type.  An element that
 * is not on a list points at itself, so list_del() is legal at any time.
 */
#ifndef COMMON_BASE_LIST_H
#define COMMON_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/cleanup.h"

struct list {
	struct list *prev, *next;
};

#define LIST_INIT(l) { &(l), &(l) }

static inline void list_init(struct list *l)
{
	l->prev = l->next = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_add_tail(struct list *head, struct list *e)
{
	e->prev = head->prev;
	e->next = head;
	head->prev->next = e;
	head->prev = e;
}

static inline void list_del(struct list *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	list_init(e);
}

/* pos may be deleted or freed inside the loop. */
#define list_for_each(pos, head, member)                                   \
	for (__typeof__(pos) pos##_next_ = NULL,                           \
	     pos##_cur_ = container_of((head)->next, __typeof__(*pos),     \
				       member);                            \
	     (pos = pos##_cur_, &pos->member != (head)) &&                 \
	     (pos##_next_ = container_of(pos->member.next,                 \
					 __typeof__(*pos), member), 1);    \
	     pos##_cur_ = pos##_next_)

#endif
