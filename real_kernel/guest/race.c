// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * race: lose a page of a process, or show that it cannot be lost.
 *
 *	race < JOBS
 *	race free CURE ATTEMPTS		no gates: how often does it happen by itself?
 *
 * A job is a line: NAME CURE TIMES END ORDER; CALL; CALL; ...  Each time it is
 * done in a process of its own.  CURE and ORDER are as in lostpage.c, END is
 * "mend" (count a lost page, and take the orphan out) or "touch" (touch every
 * page, which is the end of the machine if one is lost).  The calls, in page
 * numbers, hexadecimal:
 *
 *	map AT N		map N pages and write to each
 *	write AT N		write to each of N pages
 *	move FROM N TO		mremap()
 *	unmap AT N
 *	protect AT N RIGHTS	3: read and write, 1: read
 *	fork			go on in a child; all of the family look at their pages in the end
 *	race FROM N TO PAGE FAIL	the mremap() that races with the migration of PAGE,
 *				in which the FAIL-th page table is not to be had (0: none)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE		4096UL
#define MOST_PAGES	256
#define MOVE_ALL	4	/* MPOL_MF_MOVE_ALL: pages that processes share, too */

static int proc;
static int generation;		/* 0 for the first process, 1 for its child, ... */

/* What this process has written, and where it must be found. */
static struct { unsigned long number; unsigned char value; } written[MOST_PAGES];
static int nwritten;

static void *volatile target;	/* the page that the walker migrates */
static volatile int go;
static volatile long migrated;	/* how many pages have arrived, or an error */

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static char *at(unsigned long number)
{
	return (char *)(number * PAGE);
}

static void tell(const char *format, ...)
{
	char text[96];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (write(proc, text, strlen(text)) < 0)
		die(text);
}

static const char *report(void)
{
	static char text[16384];
	ssize_t n = pread(proc, text, sizeof(text) - 1, 0);

	text[n < 0 ? 0 : n] = 0;
	return text;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
}

/* --- the two sides ----------------------------------------------------------- */

/* The walker: migrate one page to the other node, whenever told to. */
static void *walker(void *unused)
{
	pin(1);
	for (;;) {
		void *page;
		int node = -1, status = -1;

		while (!go)
			sched_yield();
		page = target;
		syscall(SYS_move_pages, 0, 1UL, &page, NULL, &node, 0);	/* where is it? */
		node = !node;
		if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, MOVE_ALL) < 0)
			status = -errno;
		migrated = status < 0 ? status : 1;
		__sync_synchronize();
		go = 0;
	}
	return unused;
}

static void start_walker(void)
{
	pthread_t thread;

	pin(0);
	if (pthread_create(&thread, NULL, walker, NULL))
		die("pthread_create");
}

static char *move(char *from, unsigned long pages, char *to)
{
	return mremap(from, pages * PAGE, pages * PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, to);
}

/* --- what must be found ------------------------------------------------------ */

static void put(unsigned long first, unsigned long n)
{
	for (unsigned long i = first; i < first + n; i++) {
		int k = 0;

		while (k < nwritten && written[k].number != i)
			k++;
		if (k == MOST_PAGES)
			die("too many pages");
		nwritten += k == nwritten;
		written[k].number = i;
		written[k].value = 'A' + 7 * generation + i % 7;
		memset(at(i), written[k].value, PAGE);
	}
}

static void carry(unsigned long from, unsigned long n, unsigned long to)
{
	for (int k = 0; k < nwritten; k++)
		if (written[k].number - from < n)
			written[k].number += to - from;
}

static void forget(unsigned long first, unsigned long n)
{
	int kept = 0;

	for (int k = 0; k < nwritten; k++)
		if (written[k].number - first >= n)
			written[kept++] = written[k];
	nwritten = kept;
}

/* Look at every page of this process, each in its pte before it is touched. */
static void check(const char *name, int mending)
{
	int lost = 0, wrong = 0;

	for (int k = 0; k < nwritten; k++) {
		char *page = at(written[k].number);

		if (mending) {
			tell("mend %lx", (unsigned long)page);
			if (strstr(report(), "orphan=1")) {
				lost++;
				continue;
			}
		} else {
			printf("touch %p: ", page);
			fflush(stdout);
		}
		wrong += *(volatile unsigned char *)page != written[k].value;
		if (!mending)
			printf("'%c', written was '%c'\n", *page, written[k].value);
	}
	printf("checked %s: process %d, %d pages, %d lost, %d wrong\n", name, generation, nwritten,
	       lost, wrong);
}

/* --- one job ----------------------------------------------------------------- */

struct job {
	char name[64], order[40], end[8];
	int cure, times;
};

static void race(const struct job *job, int verbose, unsigned long from, unsigned long n,
		 unsigned long to, unsigned long page, unsigned long fail)
{
	const char *said;
	char *result;
	int error;

	start_walker();
	target = at(page);
	tell("arm cure=%d fail=%lu order=%s", job->cure, fail, job->order);
	go = 1;
	while (go && !strstr(report(), "placed=1"))
		sched_yield();
	result = move(at(from), n, at(to));
	error = result == MAP_FAILED ? errno : 0;
	tell("end");
	while (go)
		sched_yield();
	if (!error)
		carry(from, n, to);
	for (unsigned long i = 0; verbose && i < n; i++) {
		tell("look %lx", (unsigned long)at(from + i));
		tell("look %lx", (unsigned long)at(to + i));
	}
	tell("off");
	said = report();
	printf("raced %s: cure=%d order=%s migrated=%ld mremap=%s blocked=%d gave_up=%d\n", job->name,
	       job->cure, job->order, migrated, error ? strerror(error) : "ok",
	       !!strstr(said, "blocked=1"), !!strstr(said, "gave_up=1"));
	if (verbose)
		fputs(strchr(said, '\n') + 1, stdout);
}

/* Do the calls; after the last a process looks at its pages, and is done. */
static void play(const struct job *job, char *calls, int verbose)
{
	unsigned long a, b, c, d, e;
	char *call, *rest = calls;
	pid_t child = 0;

	while (!child && (call = strtok_r(rest, ";\n", &rest))) {
		if (sscanf(call, " map %lx %lx", &a, &b) == 2) {
			if (mmap(at(a), b * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at(a))
				die(call);
			put(a, b);
		} else if (sscanf(call, " write %lx %lx", &a, &b) == 2) {
			put(a, b);
		} else if (sscanf(call, " move %lx %lx %lx", &a, &b, &c) == 3) {
			if (move(at(a), b, at(c)) != at(c))
				die(call);
			carry(a, b, c);
		} else if (sscanf(call, " unmap %lx %lx", &a, &b) == 2) {
			if (munmap(at(a), b * PAGE))
				die(call);
			forget(a, b);
		} else if (sscanf(call, " protect %lx %lx %lx", &a, &b, &c) == 3) {
			if (mprotect(at(a), b * PAGE, (int)c))
				die(call);
		} else if (!strncmp(call, " fork", 5)) {
			fflush(stdout);
			child = fork();
			if (child < 0)
				die(call);
			generation += !child;
		} else if (sscanf(call, " race %lx %lx %lx %lx %lx", &a, &b, &c, &d, &e) == 5) {
			race(job, verbose, a, b, c, d, e);
		} else {
			die(call);
		}
	}
	if (child)
		waitpid(child, NULL, 0);
	check(job->name, !strcmp(job->end, "mend"));
}

static void jobs(void)
{
	static char line[4096], calls[4096];
	struct job job;
	int used;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%63s %d %d %7s %39[wm-];%n", job.name, &job.cure, &job.times,
			   job.end, job.order, &used) != 5)
			die(line);
		for (int i = 0; i < job.times; i++) {
			fflush(stdout);
			strcpy(calls, line + used);
			if (!fork()) {
				play(&job, calls, !i);
				fflush(stdout);
				_exit(0);
			}
			wait(NULL);
		}
	}
}

/* --- without gates ----------------------------------------------------------- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/*
 * Page 101 goes to 140 and comes home, and its migration starts at the same time;
 * the mover waits for a random part of what a migration takes.
 */
static void free_running(int cure, long attempts)
{
	char *home = at(0x101), *away = at(0x140);
	unsigned int seed = time(NULL);
	double began = 0, migration = 0;
	long arrived = 0, lost = 0;

	if (mmap(at(0x100), 2 * PAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at(0x100))
		die("mmap");
	put(0x100, 2);
	start_walker();
	for (long i = -20; i < attempts; i++) {	/* the first 20 take the time */
		double start, pause;

		if (move(home, 1, away) != away)
			die("mremap away");
		target = away;
		tell("arm cure=%d fail=0 order=-", cure);
		if (i == 0)
			migration /= 20, began = now();
		pause = i < 0 ? 0 : migration * rand_r(&seed) / RAND_MAX;
		start = now();
		go = 1;
		while (i < 0 ? go : now() < start + pause)
			;
		migration += i < 0 ? now() - start : 0;
		if (move(away, 1, home) != home)
			die("mremap home");
		while (go)
			sched_yield();
		if (i < 0)
			continue;
		arrived += migrated == 1;
		if (i % 500 == 499)
			printf("free: %ld attempts, %ld lost so far\n", i + 1, lost);
		tell("mend %lx", (unsigned long)home);
		if (!strstr(report(), "orphan=1"))
			continue;
		if (!lost++)
			printf("first loss at attempt %ld\n%s", i + 1, strchr(report(), '\n') + 1);
		put(0x101, 1);
	}
	tell("off");
	printf("free: cure=%d attempts=%ld migrated=%ld lost=%ld seconds=%.0f\n", cure, attempts,
	       arrived, lost, now() - began);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	proc = open("/proc/lostpage", O_RDWR);
	if (proc < 0)
		die("/proc/lostpage");
	if (argc == 4 && !strcmp(argv[1], "free"))
		return free_running(atoi(argv[2]), atol(argv[3])), 0;
	if (argc == 1)
		return jobs(), 0;
	fprintf(stderr, "usage: race < JOBS, or: race free CURE ATTEMPTS\n");
	return 2;
}
