/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's core and control socket over the fake kernel: what e2e tests
 * talk to.  One device, fake/dev0, uplink eth0, and a plain netdev veth0.  On
 * SIGUSR1 somebody deletes the oldest filter; on SIGUSR2 the kernel lets go of
 * jobs that hang in it.  On SIGHUP settings of Open vSwitch are held, on
 * SIGALRM released.  With --datapath there is a datapath, and the companion
 * beside it.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/parse.h"
#include "swoffd/config_file.h"
#include "swoffd/core/engine_priv.h"
#include "swoffd/core/engine_record.h"
#include "swoffd/ctl/server.h"
#include "swoffd/ovs/companion.h"
#include "swoffd/ovs/ovs_world.h"
#include "swoffd/recipe_file.h"
#include "swoffd/store/sqlite_store.h"
#include "tests/e2e/datapath_file.h"
#include "tests/fake_kernel.h"

#define TRAFFIC_MS 50

static const struct option options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "capacity", required_argument, NULL, 'c' },
	{ "unsupported", required_argument, NULL, 'u' },
	{ "fail-job", required_argument, NULL, 'j' },
	{ "half-request-ms", required_argument, NULL, 'h' },
	{ "max-clients", required_argument, NULL, 'm' },
	{ "others-none", no_argument, NULL, 'o' },
	{ "vfs", required_argument, NULL, 'v' },
	{ "switchdev", no_argument, NULL, 'd' },
	{ "traffic", required_argument, NULL, 't' },
	{ "state", required_argument, NULL, 'S' },
	{ "driver", required_argument, NULL, 'D' },
	{ "vf-holder", required_argument, NULL, 'H' },
	{ "hold-jobs", no_argument, NULL, 'J' },
	{ "config", required_argument, NULL, 'C' },
	{ "ovs", required_argument, NULL, 'O' },
	{ "datapath", required_argument, NULL, 'P' },
	{ 0 }
};

struct setup {
	struct server_config server;
	uint32_t capacity, n_vfs;
	uint32_t traffic;              /* packets for each filter at a time */
	const char *unsupported;
	const char *state;             /* file of the store, or NULL */
	const char *fail_job;          /* ERRNO:EXTACK of the next mode change */
	bool switchdev;
	const char *driver;            /* whose VFs are functions, or NULL */
	const char *vf_holder;         /* the process that has VF 0, or NULL */
	bool hold_jobs;                /* modes are set at SIGUSR2 */
	const char *config;            /* file, or NULL */
	const char *ovs;               /* socket of OVSDB, or NULL */
	const char *datapath;          /* file, see datapath_file.h, or NULL */
};

static int number(const char *text, uint32_t *out)
{
	if (parse_u32(text, UINT32_MAX, out) == 0)
		return 0;
	fprintf(stderr, "swoffd-fake: '%s' is not a number\n", text);
	return -EINVAL;
}

static int parse(int argc, char **argv, struct setup *s)
{
	int opt, rc = 0;

	while (rc == 0 &&
	       (opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (opt) {
		case 's':
			s->server.path = optarg;
			break;
		case 'c':
			rc = number(optarg, &s->capacity);
			break;
		case 'u':
			s->unsupported = optarg;
			break;
		case 'j':
			s->fail_job = optarg;
			break;
		case 'h':
			rc = number(optarg, &s->server.half_request_ms);
			break;
		case 'm':
			rc = number(optarg, &s->server.max_clients);
			break;
		case 'o':
			s->server.others = SERVER_OTHERS_NONE;
			break;
		case 'v':
			rc = number(optarg, &s->n_vfs);
			break;
		case 'd':
			s->switchdev = true;
			break;
		case 't':
			rc = number(optarg, &s->traffic);
			break;
		case 'S':
			s->state = optarg;
			break;
		case 'D':
			s->driver = optarg;
			break;
		case 'H':
			s->vf_holder = optarg;
			break;
		case 'J':
			s->hold_jobs = true;
			break;
		case 'C':
			s->config = optarg;
			break;
		case 'O':
			s->ovs = optarg;
			break;
		case 'P':
			s->datapath = optarg;
			break;
		default:
			rc = -EINVAL;
		}
	return rc == 0 && s->server.path && optind == argc ? 0 : -EINVAL;
}

static void furnish_driver(struct fake_kernel *fk, const struct setup *s)
{
	struct fake_device *d;

	if (!s->driver)
		return;
	d = fake_device_become(fk, "fake/dev0", s->driver, 0);
	if (!s->vf_holder)
		return;
	d->functions[0].pid = 4711;
	(void)snprintf(d->functions[0].process, sizeof(d->functions[0].process), "%s",
		       s->vf_holder);
	(void)snprintf(d->functions[0].node, sizeof(d->functions[0].node), "/dev/vfio/42");
}

static void furnish(struct fake_kernel *fk, const struct setup *s)
{
	struct fake_device *d;
	char *words;

	(void)fake_device_add(fk, "fake/dev0", "eth0", s->n_vfs, 64);
	d = fake_device_find(fk, "fake/dev0");
	if (s->switchdev)
		fake_device_set_mode(fk, d, ESWITCH_MODE_SWITCHDEV);
	furnish_driver(fk, s);
	(void)fake_link_add(fk, "veth0");
	fk->hold_kind = s->hold_jobs ? JOB_ESWITCH_SET : 0;
	fk->capacity = s->capacity;
	fk->unsupported[0] = s->unsupported;
	if (s->fail_job) {
		long err = strtol(s->fail_job, &words, 10);

		fake_fail(&fk->fail_job[JOB_ESWITCH_SET], 1, (int)err,
			  *words == ':' ? words + 1 : "");
	}
}

struct traffic {
	struct timer timer;
	struct fake_kernel *fk;
	uint32_t packets;
};

/* Who has the rule counts it. */
static void on_traffic(struct timer *t)
{
	struct traffic *tr = container_of(t, struct traffic, timer);

	for (uint32_t i = 0; i < tr->fk->n_slots; i++) {
		struct fake_filter *f = fake_filter_at(tr->fk, i);

		if (!f || f->rule.chain == ENGINE_SCRATCH_CHAIN)
			continue;
		f->stats.packets += tr->packets;
		f->stats.hw_packets += f->in_hw ? tr->packets : 0;
	}
	timer_set(tr->fk->loop, t, TRAFFIC_MS);
}

struct signals {
	struct watch watch;
	int fd;
	struct loop *loop;
	struct fake_kernel *fk;
	struct core *core;
	struct request request;        /* of hold() */
	bool asked;                    /* and not answered yet */
};

static void delete_oldest(struct fake_kernel *fk)
{
	for (uint32_t i = 0; i < fk->n_slots; i++)
		if (fake_filter_at(fk, i)) {
			fake_filter_del(fk, fake_filter_at(fk, i));
			return;
		}
}

static void on_held(struct request *r, const struct error *err)
{
	container_of(r, struct signals, request)->asked = false;
	log_info("settings: %s", err->code ? err->msg : "done");
}

static void hold(struct signals *s, bool on)
{
	struct ovs *ovs = s->core->ovs;
	struct error err = { 0 };

	if (!ovs || s->asked)
		return;
	s->request.done = on_held;
	s->asked = (on ? ovs->hold_settings :
			 ovs->release_settings)(ovs, &s->request, &err) == 0;
	if (!s->asked)
		log_info("settings: %s", err.msg);
}

static void on_signal(struct watch *w, uint32_t epoll_events)
{
	struct signals *s = container_of(w, struct signals, watch);
	struct signalfd_siginfo info;

	(void)epoll_events;
	if (read(s->fd, &info, sizeof(info)) != sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGUSR1:
		delete_oldest(s->fk);
		break;
	case SIGUSR2:
		s->fk->hold_kind = 0;
		fake_release(s->fk);
		break;
	case SIGHUP:
		hold(s, true);
		break;
	case SIGALRM:
		hold(s, false);
		break;
	default:
		loop_stop(s->loop, 0);
	}
}

/* The descriptor is the caller's. */
static int watch_signals(struct core *core, struct fake_kernel *fk,
			 struct signals *s, int *fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	*fd = s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->core = core;
	s->loop = core->loop;
	s->fk = fk;
	return loop_add(core->loop, &s->watch, s->fd, EPOLLIN, on_signal);
}

static int start_ovs(const struct setup *s, struct core *core,
		     struct ovs_world **out)
{
	static struct ovs_world world;
	int rc;

	if (!s->ovs)
		return 0;
	rc = ovs_world_init(&world, core->loop, s->ovs);
	if (rc < 0)
		return rc;
	core->ovs = &world.base;
	*out = &world;
	return 0;
}

struct beside {
	struct fake_datapath *fd;
	struct fake_ovs *fo;
	struct companion *companion;
};

static void beside_fini(struct beside *b)
{
	companion_free(b->companion);
	fake_datapath_free(b->fd);
	fake_ovs_free(b->fo);
}
DEFINE_AUTO(struct beside *, beside_fini)

static int start_beside(const struct setup *s, struct core *core,
			struct fake_kernel *fk,
			const struct companion_settings *settings,
			struct beside *b)
{
	int rc;

	if (!s->datapath)
		return 0;
	if (fake_datapath_new(core->loop, &b->fd) < 0 ||
	    fake_ovs_new(core->loop, &b->fo) < 0)
		return -ENOMEM;
	rc = datapath_file_read(s->datapath, fk, b->fd, b->fo);
	if (rc == 0)
		rc = companion_new(core, &b->fd->base,
				   core->ovs ? core->ovs : &b->fo->base,
				   settings, &b->companion);
	core->companion = b->companion;
	return rc;
}

int main(int argc, char **argv)
{
	struct setup setup = { .server.group = SERVER_GROUP };
	struct config_file file = { 0 };
	AUTO(loop_free) struct loop *loop = NULL;
	AUTO(fake_kernel_free) struct fake_kernel *fk = NULL;
	AUTO(sqlite_store_free) struct store *store = NULL;
	AUTO(recipes_free) struct recipes *recipes = NULL;
	AUTO(core_free) struct core *core = NULL;
	AUTO(ovs_world_fini) struct ovs_world *ovs = NULL;
	struct beside companion = { .companion = NULL };
	AUTO(beside_fini) struct beside *beside = &companion;
	AUTO(server_free) struct server *server = NULL;
	AUTO(close_fd) int fd = -1;
	struct signals signals = { .fd = -1 };
	struct traffic traffic;
	struct error err = { 0 };

	if (parse(argc, argv, &setup) < 0) {
		fprintf(stderr, "usage: swoffd-fake --socket PATH [OPTION…]\n");
		return 2;
	}
	log_init(LOG_LEVEL_INFO, false);
	if (loop_new(&loop) < 0 || fake_kernel_new(loop, &fk) < 0)
		return 1;
	if (setup.state &&
	    sqlite_store_open(setup.state, ENGINE_RECORD_VERSION, &store,
			      &err) < 0) {
		fprintf(stderr, "swoffd-fake: %s\n", err.msg);
		return 1;
	}
	if (setup.config &&
	    config_file_read(setup.config, &file, &err) < 0) {
		fprintf(stderr, "swoffd-fake: %s\n", err.msg);
		return 1;
	}
	furnish(fk, &setup);
	traffic.fk = fk;
	traffic.packets = setup.traffic;
	timer_init(&traffic.timer, on_traffic);
	if (setup.traffic)
		timer_set(loop, &traffic.timer, TRAFFIC_MS);
	if (recipe_file_builtin(&recipes, &err) < 0 ||
	    core_new(loop, &fk->base, store, &core) < 0 ||
	    watch_signals(core, fk, &signals, &fd) < 0 ||
	    start_ovs(&setup, core, &ovs) < 0 ||
	    start_beside(&setup, core, fk, &file.ovs, beside) < 0)
		return 1;
	core->recipes = recipes;
	rep_names_use(&core->names, &file.representors);
	if (server_new(loop, core, &setup.server, &server, &err) < 0 ||
	    core_start(core, &err) < 0) {
		fprintf(stderr, "swoffd-fake: %s\n", err.msg);
		return 1;
	}
	return loop_run(loop) < 0;
}
