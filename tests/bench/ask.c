/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ask MS COMMAND...: how long a daemon takes to answer while COMMAND runs.
 * Asks device.list over and over, with so many milliseconds between an answer
 * and the next question, and tells how long it waited for answers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SOCKET "/run/swoffd/swoffd.sock"
#define QUESTION "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"device.list\"}\n"
#define ANSWERS_MAX 1000000

static double took_ms[ANSWERS_MAX];

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int connect_daemon(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX,
				    .sun_path = SOCKET };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		die(SOCKET);
	return fd;
}

static void ask(int fd)
{
	char buf[65536];
	ssize_t n;

	if (write(fd, QUESTION, sizeof(QUESTION) - 1) < 0)
		die("write");
	do {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			die("read");
	} while (buf[n - 1] != '\n');
}

static pid_t run(char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	execvp(argv[0], argv);
	die(argv[0]);
	return -1;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(size_t n)
{
	qsort(took_ms, n, sizeof(took_ms[0]), compare);
	printf("%zu answers: median %.1f ms, 99 of 100 within %.1f ms, at most "
	       "%.1f ms\n", n, took_ms[n / 2], took_ms[n * 99 / 100],
	       took_ms[n - 1]);
}

int main(int argc, char **argv)
{
	struct timespec pause = { 0 };
	size_t n = 0;
	int fd, status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: ask MS COMMAND...\n");
		return 2;
	}
	pause.tv_nsec = atol(argv[1]) * 1000000;
	fd = connect_daemon();
	ask(fd);
	pid = run(argv + 2);
	while (waitpid(pid, &status, WNOHANG) == 0 && n < ANSWERS_MAX) {
		double start = now_ms();

		ask(fd);
		took_ms[n++] = now_ms() - start;
		(void)nanosleep(&pause, NULL);
	}
	report(n);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
