/*
 * The course's program, for a real Linux: fill three blocks, move the second half of the first onto
 * the third and back, and compare.  Prints the lines of /proc/self/maps that touch the blocks.
 *
 *     cc -O2 -o program commit_program.c && ./program
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (4UL << 20)
#define HALF (SIZE / 2)
#define HUGE (2UL << 20)

static char *p, *p2, *p3;

static char *block(void)
{
	size_t room = SIZE + HUGE;
	char *start = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *aligned;

	if (start == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	aligned = (char *)(((uintptr_t)start + HUGE - 1) & ~(HUGE - 1));
	if (aligned > start)
		munmap(start, aligned - start);
	if (aligned + SIZE < start + room)
		munmap(aligned + SIZE, start + room - aligned - SIZE);
	return aligned;
}

static int touches(uintptr_t low, uintptr_t high, const char *of)
{
	return low < (uintptr_t)of + SIZE && (uintptr_t)of < high;
}

static void show(const char *when)
{
	char line[512];
	uintptr_t low, high;
	FILE *maps = fopen("/proc/self/maps", "r");

	printf("%s\n", when);
	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &low, &high) == 2 &&
		    (touches(low, high, p) || touches(low, high, p2) || touches(low, high, p3)))
			printf("    %.*s\n", (int)strcspn(line, " ") + 5, line);
	if (maps)
		fclose(maps);
}

static void move(char *from, char *to, const char *call)
{
	if (mremap(from, HALF, HALF, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to) {
		perror("mremap");
		exit(2);
	}
	show(call);
}

int main(void)
{
	p = block();
	p2 = block();
	p3 = block();
	printf("p %p, p2 %p, p3 %p\n", (void *)p, (void *)p2, (void *)p3);
	memset(p, 0xff, SIZE);
	memset(p2, 0xff, SIZE);
	memset(p3, 0x77, 4096);
	show("all three filled");
	move(p + HALF, p3, "the second half of p moved onto p3");
	move(p3, p + HALF, "and back");
	puts(memcmp(p, p2, SIZE) ? "error: p and p2 differ" : "ok");
	return 0;
}
