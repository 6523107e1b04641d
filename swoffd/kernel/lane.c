/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two queues under one lock; an eventfd wakes the loop. */
#include "swoffd/kernel/lane.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

/* Clients wait for the loop, which goes before what works for it.  Among
 * processes it makes no difference where a service is a group of its own
 * (autogroup, sched(7)). */
#define LANE_NICE 10

struct queue {
	void *head, *tail;
};

struct lane {
	const struct lane_ops *ops;
	void *ctx;
	struct watch watch;
	int wake_fd;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;          /* of all below */
	pthread_cond_t pushed;
	bool stop;
	struct queue todo, done;
};

static void set_next(const struct lane *l, void *item, void *next)
{
	memcpy((char *)item + l->ops->next_offset, &next, sizeof(next));
}

static void *get_next(const struct lane *l, const void *item)
{
	void *next;

	memcpy(&next, (const char *)item + l->ops->next_offset, sizeof(next));
	return next;
}

static void queue_put(const struct lane *l, struct queue *q, void *item)
{
	set_next(l, item, NULL);
	if (q->tail)
		set_next(l, q->tail, item);
	else
		q->head = item;
	q->tail = item;
}

static void *queue_take(const struct lane *l, struct queue *q)
{
	void *item = q->head;

	if (!item)
		return NULL;
	q->head = get_next(l, item);
	if (!q->head)
		q->tail = NULL;
	return item;
}

/* The next item, or NULL when it is time to end. */
static void *wait_item(struct lane *l)
{
	void *item = NULL;

	pthread_mutex_lock(&l->lock);
	while (!l->todo.head && !l->stop)
		pthread_cond_wait(&l->pushed, &l->lock);
	if (!l->stop || l->ops->drain)
		item = queue_take(l, &l->todo);
	pthread_mutex_unlock(&l->lock);
	return item;
}

static void hand_back(struct lane *l, void *item)
{
	pthread_mutex_lock(&l->lock);
	queue_put(l, &l->done, item);
	pthread_mutex_unlock(&l->lock);
	/* Can only fail when the counter is full, and then the loop wakes. */
	(void)eventfd_write(l->wake_fd, 1);
}

static void *lane_thread(void *arg)
{
	struct lane *l = arg;
	void *item;

	/* Of this thread alone: setpriority(2), on Linux. */
	(void)setpriority(PRIO_PROCESS, 0,
			  getpriority(PRIO_PROCESS, 0) + LANE_NICE);
	while ((item = wait_item(l))) {
		l->ops->run(item, l->ctx);
		hand_back(l, item);
	}
	return NULL;
}

/* One in a round of the loop, which others want as well.  NULL: hand_back()
 * had not written yet when its item was taken. */
static void on_wake(struct watch *w, uint32_t events)
{
	struct lane *l = container_of(w, struct lane, watch);
	eventfd_t count;
	void *item;

	(void)events;
	pthread_mutex_lock(&l->lock);
	item = queue_take(l, &l->done);
	if (!l->done.head)
		(void)eventfd_read(l->wake_fd, &count);
	pthread_mutex_unlock(&l->lock);
	if (item)
		l->ops->done(item, l->ctx);
}

/* Signals are for the thread of the loop. */
static int start_thread(struct lane *l)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&l->thread, NULL, lane_thread, l);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	l->started = !rc;
	if (!rc)
		(void)pthread_setname_np(l->thread, l->ops->name);
	return -rc;
}

int lane_new(struct loop *loop, const struct lane_ops *ops, void *ctx,
	     struct lane **out)
{
	AUTO(lane_free) struct lane *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return -ENOMEM;
	l->ops = ops;
	l->ctx = ctx;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->pushed, NULL);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake_fd < 0)
		return -errno;
	rc = loop_add(loop, &l->watch, l->wake_fd, EPOLLIN, on_wake);
	if (rc)
		return rc;
	rc = start_thread(l);
	if (rc)
		return rc;
	*out = steal_ptr(l);
	return 0;
}

static void stop_thread(struct lane *l)
{
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->pushed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
}

void lane_free(struct lane *l)
{
	if (!l)
		return;
	if (l->started)
		stop_thread(l);
	loop_del(&l->watch);
	close_fd(l->wake_fd);
	pthread_cond_destroy(&l->pushed);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void lane_push(struct lane *l, void *item)
{
	pthread_mutex_lock(&l->lock);
	queue_put(l, &l->todo, item);
	pthread_cond_signal(&l->pushed);
	pthread_mutex_unlock(&l->lock);
}
