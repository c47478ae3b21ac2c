// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * lostpage: say who goes next while a running kernel migrates a page and moves it.
 *
 * One task (the walker) migrates a page of a process; another task of the same
 * process (the mover) moves that page with mremap().  No line of the kernel is
 * changed.  Probes stand at the entry or the return of functions that are there,
 * and some of them are gates, at which a task waits for its turn:
 *
 *	walker	rmap_walk()		the page is locked, migration entries stand
 *		remove_migration_pte()	one visit of one vma
 *		(no gate where the walk returns: there its last turn ends)
 *	mover	copy_vma()		nothing is done yet
 *		move_page_tables()	the destination is there, nothing has moved
 *		its return		all that could be moved is
 *
 * An order such as "mwwmw" gives the turns: a task that has its turn runs from
 * its gate to its next one, alone.  If it comes to the anon_vma lock while the
 * walker holds it, the order cannot be had: that is noted, and both run on.
 *
 * The kernel's cure is a flag, need_rmap_locks, the sixth argument of
 * move_page_tables().  With "cure=0" the probe clears that register, for the
 * armed process alone, and the kernel is as it was without the cure.
 *
 * Whoever is not of the armed process is let through, and no wait is longer
 * than PATIENCE.  From the process that is going to migrate and move:
 *
 *	echo "arm cure=1 fail=0 order=mwwmw" > /proc/lostpage
 *		cure	1 leaves need_rmap_locks alone, 0 clears it
 *		fail	which page table that the mover asks for is not to be had (0: none)
 *		order	w and m; "-": nobody waits
 *	echo "end" > /proc/lostpage		mremap() has returned
 *	echo "look 100000" > /proc/lostpage	what is in the pte for that address?
 *	echo "mend 100000" > /proc/lostpage	take an orphan out of it
 *	echo "off" > /proc/lostpage		let everybody through
 *	cat /proc/lostpage			the state, how often each probe was hit, the log
 *
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <asm/ibt.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0) || !defined(CONFIG_X86_64)
#error lostpage knows the arguments of these functions in Linux 6.1 to 6.12 on x86-64
#endif

#define PATIENCE	(8ULL * NSEC_PER_SEC)
#define MOST_TURNS	32
#define MOST_LINES	64

enum side { NOBODY, WALKER = 'w', MOVER = 'm' };

static struct {
	struct mm_struct *mm;		/* held, so that no other can get its address */
	struct task_struct *walker, *mover;
	struct rw_semaphore *lock;	/* of the anon_vma that is walked; compared */
	unsigned int cure, fail;
	unsigned int moves, tables, visits;
	char order[MOST_TURNS + 1];
	unsigned int turn;
	enum side acting;
	bool on, placed, walking, free, blocked, gave_up, orphan;
} race;

/* --- the log: written by probes, so it takes no lock ------------------------ */

static struct line {
	u64 ns;
	int cpu;
	char text[120];
} lines[MOST_LINES];
static atomic_t nlines;

static __printf(1, 2) void note(const char *fmt, ...)
{
	unsigned int i = atomic_inc_return(&nlines) - 1;
	va_list args;

	if (i >= MOST_LINES)
		return;
	lines[i].ns = ktime_get_mono_fast_ns();
	lines[i].cpu = raw_smp_processor_id();
	va_start(args, fmt);
	vsnprintf(lines[i].text, sizeof(lines[i].text), fmt, args);
	va_end(args);
}

/* --- turns ------------------------------------------------------------------ */

static bool armed(void)
{
	return READ_ONCE(race.on) && current->mm == race.mm;
}

static bool is_walker(void)
{
	return current == race.walker;
}

static void turn_is_over(enum side me)
{
	if (race.acting != me)
		return;
	race.turn++;
	smp_store_release(&race.acting, NOBODY);
}

/* Preemption is off in a probe, interrupts are on: spinning is all that can be done. */
static void gate(enum side me)
{
	u64 start = ktime_get_mono_fast_ns();

	turn_is_over(me);
	while (!READ_ONCE(race.free)) {
		if (smp_load_acquire(&race.acting) == NOBODY) {
			char next = race.order[race.turn];

			if (!next)
				return;
			if (next == me) {
				WRITE_ONCE(race.acting, me);
				return;
			}
		}
		if (ktime_get_mono_fast_ns() - start > PATIENCE) {
			note("%s gave up waiting for its turn", me == WALKER ? "walker" : "mover");
			race.gave_up = true;
			WRITE_ONCE(race.free, true);
		}
		cpu_relax();
	}
}

/* --- probes of the walker ---------------------------------------------------- */

enum { VISIT, WALK, COPY, MOVE, LOCK, TABLE, NPROBES };
static struct kprobe probes[NPROBES];
static atomic_t hits[NPROBES];

/* A probe stands behind the endbr that a function called by pointer begins with. */
static bool visits(struct rmap_walk_control *control)
{
	void *probed = probes[VISIT].addr, *visitor = control->rmap_one;

	return visitor == probed || visitor == probed - ENDBR_INSN_SIZE;
}

/* What the entries stand for: from 6.12 on, the first member of what a visitor is given. */
static struct page *migrated(struct rmap_walk_control *control)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	return control->arg;
#else
	return *(struct page **)control->arg;
#endif
}

/*
 * rmap_walk(folio, control), with remove_migration_pte() as its visitor.  Its
 * caller, remove_migration_ptes(), may be inlined: no probe there would be hit.
 */
static int on_walk(struct kprobe *p, struct pt_regs *regs)
{
	struct folio *folio = (struct folio *)regs->di;
	struct rmap_walk_control *control = (struct rmap_walk_control *)regs->si;
	struct anon_vma *anon_vma;

	if (!armed() || race.walker || !visits(control))
		return 0;
	atomic_inc(&hits[WALK]);
	race.walker = current;
	anon_vma = (void *)((unsigned long)folio->mapping & ~PAGE_MAPPING_FLAGS);
	race.lock = &anon_vma->root->rwsem;
	note("walker: page %lx is locked, migration entries stand for it",
	     page_to_pfn(migrated(control)));
	WRITE_ONCE(race.placed, true);
	gate(WALKER);
	note("walker: sets out to find the entries");
	return 0;
}

/* remove_migration_pte(folio, vma, address, old) */
static int on_visit(struct kprobe *p, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (struct vm_area_struct *)regs->si;

	if (!armed() || !is_walker())
		return 0;
	atomic_inc(&hits[VISIT]);
	WRITE_ONCE(race.walking, true);
	gate(WALKER);
	note("walker: visit %u, vma %lx-%lx pgoff %lx, address %lx", ++race.visits,
	     vma->vm_start, vma->vm_end, vma->vm_pgoff, regs->dx);
	return 0;
}

static int on_walked(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!armed() || !is_walker() || !race.walking)
		return 0;
	WRITE_ONCE(race.walking, false);
	note("walker: walk over after %u visits, will unlock the page", race.visits);
	turn_is_over(WALKER);
	WRITE_ONCE(race.free, true);	/* the mover is alone */
	return 0;
}

/* --- probes of the mover ----------------------------------------------------- */

/* copy_vma(vma, addr, len, pgoff, need_rmap_locks) */
static int on_copy(struct kprobe *p, struct pt_regs *regs)
{
	if (!armed() || race.mover)
		return 0;
	atomic_inc(&hits[COPY]);
	race.mover = current;
	gate(MOVER);
	note("mover: copy_vma for %lx, length %lx, pgoff %lx", regs->si, regs->dx, regs->cx);
	return 0;
}

/* move_page_tables(vma, old_addr, new_vma, new_addr, len, need_rmap_locks) */
static int on_move(struct kprobe *p, struct pt_regs *regs)
{
	if (!armed() || current != race.mover)
		return 0;
	atomic_inc(&hits[MOVE]);
	gate(MOVER);
	note("mover: move %u, %lx -> %lx, length %lx, need_rmap_locks=%u", ++race.moves,
	     regs->si, regs->cx, regs->r8, (u8)regs->r9);
	if (!race.cure && (u8)regs->r9) {
		regs->r9 = 0;
		note("mover: need_rmap_locks cleared (the cure is switched off)");
	}
	return 0;
}

static int on_moved(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!armed() || current != race.mover)
		return 0;
	note("mover: move %u done, %lx bytes", race.moves, regs_return_value(regs));
	gate(MOVER);
	return 0;
}

/* down_write(sem) */
static int on_lock(struct kprobe *p, struct pt_regs *regs)
{
	if (!armed() || current != race.mover || (void *)regs->di != race.lock)
		return 0;
	atomic_inc(&hits[LOCK]);
	if (!READ_ONCE(race.walking) || race.blocked)
		return 0;
	race.blocked = true;
	note("mover: asks for the anon_vma lock, which the walker holds");
	WRITE_ONCE(race.free, true);
	return 0;
}

/* What __pte_alloc() is replaced by when memory is to be short. */
static noinline int no_memory(struct mm_struct *mm, pmd_t *pmd)
{
	return -ENOMEM;
}

static int on_table(struct kprobe *p, struct pt_regs *regs)
{
	if (!armed() || current != race.mover)
		return 0;
	atomic_inc(&hits[TABLE]);
	if (++race.tables != race.fail)
		return 0;
	note("mover: page table %u is not to be had", race.tables);
	regs->ip = (unsigned long)no_memory;
	return 1;
}

static struct kprobe probes[NPROBES] = {
	[VISIT] = { .symbol_name = "remove_migration_pte", .pre_handler = on_visit },
	[WALK] = { .symbol_name = "rmap_walk", .pre_handler = on_walk },
	[COPY] = { .symbol_name = "copy_vma", .pre_handler = on_copy },
	[MOVE] = { .symbol_name = "move_page_tables", .pre_handler = on_move },
	[LOCK] = { .symbol_name = "down_write", .pre_handler = on_lock },
	[TABLE] = { .symbol_name = "__pte_alloc", .pre_handler = on_table },
};

static struct kretprobe returns[] = {
	{ .kp.symbol_name = "rmap_walk", .handler = on_walked, .maxactive = 16 },
	{ .kp.symbol_name = "move_page_tables", .handler = on_moved, .maxactive = 16 },
};

/* --- looking at one pte ------------------------------------------------------ */

/* The pte for an address, and the lock of its table; NULL where there is no table. */
static pte_t *pte_at(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d = pgd_none(*pgd) ? NULL : p4d_offset(pgd, addr);
	pud_t *pud = !p4d || p4d_none(*p4d) ? NULL : pud_offset(p4d, addr);
	pmd_t *pmd = !pud || pud_none(*pud) || pud_leaf(*pud) ? NULL : pmd_offset(pud, addr);

	if (!pmd || !pmd_present(*pmd) || pmd_leaf(*pmd))
		return NULL;
	*ptl = pte_lockptr(mm, pmd);
	return pte_offset_kernel(pmd, addr);
}

static void look(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	pte_t pte = __pte(0), *entry;
	spinlock_t *ptl;
	struct page *page;

	mmap_read_lock(mm);
	entry = pte_at(mm, addr, &ptl);
	if (entry)
		pte = READ_ONCE(*entry);
	mmap_read_unlock(mm);

	race.orphan = false;
	if (pte_none(pte)) {
		note("look: %lx none", addr);
	} else if (pte_present(pte)) {
		note("look: %lx present, page %lx", addr, pte_pfn(pte));
	} else if (is_migration_entry(pte_to_swp_entry(pte))) {
		page = pfn_to_page(swp_offset_pfn(pte_to_swp_entry(pte)));
		race.orphan = !PageLocked(page);
		note("look: %lx migration entry for page %lx, %s, %d references%s", addr,
		     page_to_pfn(page), PageLocked(page) ? "locked" : "not locked",
		     page_count(page), race.orphan ? ": an orphan" : "");
	} else {
		note("look: %lx some other entry %lx", addr, pte_val(pte));
	}
}

/* Take an orphan out, so that its process can go on (with a page of zeros) and end. */
static void mend(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	spinlock_t *ptl;
	pte_t *entry;

	look(addr);
	if (!race.orphan)
		return;
	mmap_write_lock(mm);
	entry = pte_at(mm, addr, &ptl);
	if (entry) {
		spin_lock(ptl);
		set_pte(entry, __pte(0));
		spin_unlock(ptl);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
		atomic_long_dec(&mm->rss_stat.count[MM_ANONPAGES]);
#else
		percpu_counter_dec(&mm->rss_stat[MM_ANONPAGES]);
#endif
	}
	mmap_write_unlock(mm);
}

/* --- /proc/lostpage ---------------------------------------------------------- */

static int show(struct seq_file *m, void *v)
{
	unsigned int i, n = min_t(unsigned int, atomic_read(&nlines), MOST_LINES);

	seq_printf(m, "state placed=%d blocked=%d gave_up=%d orphan=%d\n", race.placed,
		   race.blocked, race.gave_up, race.orphan);
	seq_puts(m, "hits");
	for (i = 0; i < NPROBES; i++)
		seq_printf(m, " %s=%d", probes[i].symbol_name, atomic_read(&hits[i]));
	seq_putc(m, '\n');
	for (i = 0; i < n; i++)
		seq_printf(m, "%2u %9llu us  cpu%d  %s\n", i + 1,
			   (lines[i].ns - lines[0].ns) / 1000, lines[i].cpu, lines[i].text);
	return 0;
}

static int open(struct inode *inode, struct file *file)
{
	return single_open(file, show, NULL);
}

static void disarm(void)
{
	WRITE_ONCE(race.on, false);
	if (race.mm)
		mmdrop(race.mm);
	race.mm = NULL;
}

static void arm(unsigned int cure, unsigned int fail, const char *order)
{
	disarm();
	memset(&race, 0, sizeof(race));
	atomic_set(&nlines, 0);
	mmgrab(current->mm);
	race.mm = current->mm;
	race.cure = cure;
	race.fail = fail;
	strscpy(race.order, order, sizeof(race.order));
	race.free = order[0] == '-';
	smp_store_release(&race.on, true);
}

static ssize_t command(struct file *file, const char __user *from, size_t n, loff_t *pos)
{
	char text[96] = "", order[MOST_TURNS + 1];
	unsigned int cure, fail;
	unsigned long addr;

	if (n >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, n))
		return -EFAULT;
	if (sscanf(text, "arm cure=%u fail=%u order=%32[wm-]", &cure, &fail, order) == 3) {
		arm(cure, fail, order);
	} else if (sscanf(text, "look %lx", &addr) == 1) {
		look(addr);
	} else if (sscanf(text, "mend %lx", &addr) == 1) {
		mend(addr);
	} else if (!strncmp(text, "end", 3)) {
		turn_is_over(MOVER);
		WRITE_ONCE(race.free, true);	/* the walker is alone */
	} else if (!strncmp(text, "off", 3)) {
		disarm();
	} else {
		return -EINVAL;
	}
	return n;
}

static const struct proc_ops ops = {
	.proc_open = open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = command,
};

/* --- coming and going -------------------------------------------------------- */

static void unregister(int nprobes, int nreturns)
{
	while (nreturns--)
		unregister_kretprobe(&returns[nreturns]);
	while (nprobes--)
		unregister_kprobe(&probes[nprobes]);
}

static int __init lostpage_init(void)
{
	int i, j, err;

	for (i = 0; i < NPROBES; i++) {
		err = register_kprobe(&probes[i]);
		if (err) {
			pr_err("lostpage: no probe on %s (%d)\n", probes[i].symbol_name, err);
			unregister(i, 0);
			return err;
		}
	}
	for (j = 0; j < ARRAY_SIZE(returns); j++) {
		err = register_kretprobe(&returns[j]);
		if (err) {
			pr_err("lostpage: no probe on the return of %s (%d)\n",
			       returns[j].kp.symbol_name, err);
			unregister(i, j);
			return err;
		}
	}
	if (!proc_create("lostpage", 0600, NULL, &ops)) {
		unregister(i, j);
		return -ENOMEM;
	}
	return 0;
}

static void __exit lostpage_exit(void)
{
	remove_proc_entry("lostpage", NULL);
	unregister(NPROBES, ARRAY_SIZE(returns));
	disarm();
}

module_init(lostpage_init);
module_exit(lostpage_exit);
MODULE_DESCRIPTION("Say who goes next: a migration or an mremap");
MODULE_LICENSE("Dual MIT/GPL");
