/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command line to running daemon, in the foreground unless told otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/engine_record.h"
#include "swoffd/daemon.h"
#include "swoffd/kernel/datapath.h"
#include "swoffd/kernel/netlink_kernel.h"
#include "swoffd/recipe_file.h"
#include "swoffd/store/sqlite_store.h"

#define EXIT_USAGE 2

static int read_recipes(const struct config *config, struct recipes **out,
			struct error *err)
{
	return config->recipes ? recipe_file_read(config->recipes, out, err) :
				 recipe_file_builtin(out, err);
}

static int run(const struct config *config, int ready_fd)
{
	AUTO(loop_free) struct loop *loop = NULL;
	AUTO(sqlite_store_free) struct store *store = NULL;
	AUTO(recipes_free) struct recipes *recipes = NULL;
	AUTO(datapath_netlink_free) struct datapaths *datapaths = NULL;
	struct config_file file;
	struct kernel *kernel;
	struct error err = { 0 };

	log_init(config->log_level, config->journal);
	if (loop_new(&loop) < 0) {
		log_error("start: %s", strerror(errno));
		return 1;
	}
	if (config_file_read(config->file, &file, &err) < 0 ||
	    read_recipes(config, &recipes, &err) < 0 ||
	    sqlite_store_open(config->state, ENGINE_RECORD_VERSION, &store,
			      &err) < 0 ||
	    datapath_netlink_new(loop, &datapaths, &err) < 0 ||
	    kernel_netlink_new(loop, config->root, &kernel, &err) < 0) {
		log_error("%s", err.msg);
		return 1;
	}
	return daemon_run(config, &file, loop, kernel, kernel_netlink_free,
			  datapaths, store, recipes, ready_fd);
}

/* In the parent: waits until the child is ready or has failed. */
static int wait_for_child(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 1 ? 0 : 1;
}

static int run_in_background(const struct config *config)
{
	int fds[2], null;

	if (pipe2(fds, O_CLOEXEC) < 0) {
		perror("swoffd: pipe");
		return 1;
	}
	switch (fork()) {
	case -1:
		perror("swoffd: fork");
		return 1;
	case 0:
		break;
	default:
		close(fds[1]);
		return wait_for_child(fds[0]);
	}
	close(fds[0]);
	(void)setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	close_fd(null);
	return run(config, fds[1]);
}

int main(int argc, char **argv)
{
	struct config config;

	switch (config_parse(argc, argv, &config)) {
	case CONFIG_SHOWN:
		return 0;
	case CONFIG_BAD:
		return EXIT_USAGE;
	case CONFIG_RUN:
		break;
	}
	return config.background ? run_in_background(&config) :
				   run(&config, -1);
}
