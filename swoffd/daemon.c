/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start, ready, stop.  What happens in between belongs to others. */
#include "swoffd/daemon.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>

#include "swoffd/core/plan_run.h"
#include "swoffd/ctl/server.h"
#include "swoffd/ovs/companion.h"
#include "swoffd/ovs/ovs_world.h"

struct daemon {
	const struct config *config;
	const struct config_file *file;
	struct loop *loop;
	struct store *store;           /* borrowed */
	const struct recipes *recipes; /* borrowed */
	struct core *core;
	struct server *server;
	struct ovs_world ovs;
	struct datapaths *datapaths;   /* borrowed */
	struct companion *companion;
	struct ovs_rules rules;
	struct watch signals;
	struct request ready, plans, ovs_left, stopped;
	int ready_fd;
	bool stopping;
};

static void on_ready(struct request *r, const struct error *err)
{
	struct daemon *d = container_of(r, struct daemon, ready);

	(void)err;
	log_info("ready on %s", d->config->server.path);
	(void)sd_notify(0, "READY=1");
	if (d->ready_fd >= 0 && write(d->ready_fd, "", 1) != 1)
		log_warning("the process that waits for us is gone");
}

static void on_stopped(struct request *r, const struct error *err)
{
	struct daemon *d = container_of(r, struct daemon, stopped);

	(void)err;
	loop_stop(d->loop, 0);
}

static void stop_engine(struct daemon *d)
{
	struct engine *e = d->core->engine;

	if (d->config->flush_on_exit) {
		engine_close(e);
		engine_settle(e, &d->stopped);
	} else if (!engine_prove_stop(e, &d->stopped)) {
		loop_stop(d->loop, 0);
	}
}

static void on_ovs_left(struct request *r, const struct error *err)
{
	(void)err;
	stop_engine(container_of(r, struct daemon, ovs_left));
}

/* What nobody follows would become stale. */
static void leave_ovs(struct daemon *d)
{
	if (!companion_stop(d->companion, &d->ovs_left))
		stop_engine(d);
}

static void on_plans_done(struct request *r, const struct error *err)
{
	(void)err;
	leave_ovs(container_of(r, struct daemon, plans));
}

/* Who asks twice does not want to wait. */
static void stop(struct daemon *d)
{
	(void)sd_notify(0, "STOPPING=1");
	if (d->stopping) {
		loop_stop(d->loop, 0);
		return;
	}
	d->stopping = true;
	/* No device is left half-way. */
	if (!plan_run_wait_all(d->core, &d->plans))
		leave_ovs(d);
}

static void on_signal(struct watch *w, uint32_t events)
{
	struct daemon *d = container_of(w, struct daemon, signals);
	struct signalfd_siginfo si;

	(void)events;
	if (read(w->fd, &si, sizeof(si)) != sizeof(si))
		return;
	log_info("%s: stopping, rules %s", strsignal((int)si.ssi_signo),
		 d->config->flush_on_exit ? "are flushed" : "stay");
	stop(d);
}

static int watch_signals(struct daemon *d)
{
	sigset_t set;
	int fd, rc;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	rc = loop_add(d->loop, &d->signals, fd, EPOLLIN, on_signal);
	if (rc < 0)
		close(fd);
	return rc;
}

static int start(struct daemon *d, struct kernel *kernel, struct error *err)
{
	int rc = core_new(d->loop, kernel, d->store, &d->core);

	if (rc == 0)
		rc = watch_signals(d);
	if (rc == 0)
		rc = ovs_world_init(&d->ovs, d->loop, d->config->ovs);
	if (rc == 0)
		rc = companion_new(d->core, d->datapaths, &d->ovs.base,
				   &d->file->ovs, &d->companion);
	if (rc < 0)
		return error_set(err, -rc, "start: %s", strerror(-rc));
	d->core->recipes = d->recipes;
	d->core->ovs = &d->ovs.base;
	d->core->companion = d->companion;
	ovs_rules_init(&d->rules, d->core, &d->file->plug);
	rep_names_use(&d->core->names, &d->file->representors);
	rc = server_new(d->loop, d->core, &d->config->server, &d->server,
			err);
	if (rc < 0)
		return rc;
	d->ready.done = on_ready;
	d->plans.done = on_plans_done;
	d->ovs_left.done = on_ovs_left;
	d->stopped.done = on_stopped;
	core_wait_ready(d->core, &d->ready);
	return core_start(d->core, err);
}

int daemon_run(const struct config *config, const struct config_file *file,
	       struct loop *loop,
	       struct kernel *kernel, void (*kernel_free)(struct kernel *k),
	       struct datapaths *datapaths, struct store *store,
	       const struct recipes *recipes, int ready_fd)
{
	struct daemon d = {
		.config = config, .file = file, .loop = loop, .store = store,
		.datapaths = datapaths, .recipes = recipes,
		.ready_fd = ready_fd,
	};
	struct error err = { 0 };
	int rc = start(&d, kernel, &err);

	if (rc < 0)
		log_error("%s", err.msg);
	else
		rc = loop_run(loop);
	/* First: its threads may be working on what calls and core own. */
	kernel_free(kernel);
	server_free(d.server);
	ovs_rules_fini(&d.rules);
	companion_free(d.companion);
	ovs_world_fini(&d.ovs);
	if (d.signals.loop) {
		loop_del(&d.signals);
		close(d.signals.fd);
	}
	core_free(d.core);
	return rc ? 1 : 0;
}
