"""Cases that others wrote: what public tests of these calls expect, in page numbers.

Sources: the kernel's own tools/testing/selftests/mm (6.18), LTP and gVisor (August 2026), and
programs in public use.  `today` is what the public test asserts ("" where it asserts no ranges;
then only the model and the kernel are held against each other), `before` what 3.3's source says
where that is something else.  Where a test maps shared memory, private memory stands for it.
"""

from typing import NamedTuple


class Public(NamedTuple):
    script: str
    today: str = ""
    before: str = ""


def touched(who: str, first: int, pages: int) -> str:
    """Writes of different letters to each page."""
    letters = (chr(ord("a") + page % 26) for page in range(first, first + pages))
    return "".join(f"{who}.write({first + i}, b'{each}');" for i, each in enumerate(letters))


def every_other(pages: int) -> str:
    return "".join(f"A.munmap({page});" for page in range(1, pages, 2))


PUBLIC: dict[str, Public] = {}


def public(name: str, script: str, today: str = "", before: str = "") -> None:
    PUBLIC[name] = Public(script, today, before)


# ------------------------------------------------------------------------ kselftest, mm/merge.c

public(
    "merge.c mprotect_unfaulted_left",
    "A.mmap(1, 10, noreserve=True); A.mprotect(1, 5, 'r'); A.write(6); A.mprotect(6, 5, 'r')",
    "1-11 r",
    "1-6 r, 6-11 r",
)
public(
    "merge.c mprotect_unfaulted_right",
    "A.mmap(1, 10, noreserve=True); A.mprotect(6, 5, 'r'); A.write(1); A.mprotect(1, 5, 'r')",
    "1-11 r",
    "1-6 r, 6-11 r",
)
public(
    "merge.c mprotect_unfaulted_both",
    "A.mmap(2, 9, noreserve=True); A.mprotect(2, 3, 'r'); A.mprotect(8, 3, 'r'); A.write(5);"
    "A.mprotect(5, 3, 'r')",
    "2-11 r",
    "2-5 r, 5-8 r, 8-11 r",
)
public(
    "merge.c mprotect_faulted_left_unfaulted_right",
    "A.mmap(2, 9, noreserve=True); A.mprotect(8, 3, 'r'); A.write(2); A.mprotect(2, 3, 'r');"
    "A.mprotect(5, 3, 'r')",
    "2-11 r",
    "2-8 r, 8-11 r",
)
public(
    "merge.c mprotect_unfaulted_left_faulted_right",
    "A.mmap(2, 9, noreserve=True); A.mprotect(2, 3, 'r'); A.write(5); A.mprotect(8, 3, 'r');"
    "A.mprotect(5, 3, 'r')",
    "2-11 r",
    "2-5 r, 5-11 r",
)
for side, protect in {"left": (1, 6), "right": (6, 1)}.items():
    first, second = protect
    public(
        f"merge.c mprotect_unfaulted_{side}, read-only and reserved",
        f"A.mmap(1, 10); A.mprotect({first}, 5, 'r'); A.write({second});"
        f"A.mprotect({second}, 5, 'r')",
    )
public(
    "merge.c mprotect_unfaulted_both, read-only and reserved",
    "A.mmap(2, 9); A.mprotect(2, 3, 'r'); A.mprotect(8, 3, 'r'); A.write(5);A.mprotect(5, 3, 'r')",
)
public(
    "merge.c forked_target_vma",
    f"A.mmap(1, 5); A.write(1); B = A.fork(); {touched('B', 1, 5)} B.mmap(6, 5)",
    "1-6 rw, 6-11 rw",
)
public(
    "merge.c forked_source_vma",
    f"A.mmap(1, 5, noreserve=True); A.write(1); B = A.fork(); {touched('B', 1, 5)}"
    "B.mmap(6, 5, 'rwx', noreserve=True);"
    "B.mprotect(1, 5, 'rwx')",
    "1-6 rwx, 6-11 rwx",
)
public(
    "merge.c mremap_unfaulted_to_faulted",
    "A.mmap(1, 5); A.mmap(7, 5); A.mremap(7, 5, to=40); A.write(1); A.mremap(40, 5, to=6)",
    "1-11 rw",
)
public(
    "merge.c mremap_unfaulted_behind_faulted",
    "A.mmap(6, 5); A.mmap(14, 5); A.mremap(14, 5, to=40); A.write(6); A.mremap(40, 5, to=1)",
    "1-11 rw",
)
public(
    "merge.c mremap_unfaulted_between_faulted",
    "A.mmap(1, 5); A.mmap(7, 5); A.mmap(14, 5); A.mremap(14, 5, to=50); A.mremap(7, 5, to=40);"
    "A.write(1); A.write(50); A.mremap(50, 5, to=11); A.mremap(40, 5, to=6)",
    "1-11 rw, 11-16 rw",
)
public(
    "merge.c mremap_unfaulted_between_faulted_unfaulted",
    "A.mmap(1, 5); A.mmap(7, 5); A.mmap(14, 5); A.mremap(14, 5, to=50); A.mremap(7, 5, to=40);"
    "A.write(1); A.mremap(50, 5, to=11); A.mremap(40, 5, to=6)",
    "1-16 rw",
)
public(
    "merge.c mremap_unfaulted_between_correctly_placed_faulted",
    "A.mmap(1, 15); A.write(1); A.munmap(6, 5); A.mmap(20, 5); A.mremap(20, 5, to=6)",
    "1-16 rw",
)

so_far = "A.mmap(1, 15); A.write(1); A.mremap(11, 5, to=50); A.mremap(6, 5, to=40)"
for number, (step, after) in enumerate(
    [
        ("A.mremap(40, 5, to=6)", "1-11 rw, 50-55 rw"),
        ("A.mremap(1, 5, to=30); A.mremap(30, 5, to=1)", "1-11 rw, 50-55 rw"),
        ("A.mremap(1, 5, to=30); A.mremap(50, 5, to=11)", "6-16 rw, 30-35 rw"),
        ("A.mremap(30, 5, to=1)", "1-16 rw"),
        ("A.mremap(6, 5, to=40); A.mremap(40, 5, to=6)", "1-16 rw"),
        ("A.mremap(11, 5, to=50); A.mremap(50, 5, to=11)", "1-16 rw"),
    ],
    1,
):
    so_far += f"; {step}"
    public(f"merge.c mremap_correct_placed_faulted, {number}", so_far, after)

for who, fork in (("A", ""), ("B", "B = A.fork();")):
    # A child's moved range joins nothing; in 3.3 nobody's does.
    joins, how = who == "A", ", forked" if fork else ""
    public(
        f"merge.c mremap_faulted_to_unfaulted_prev{how}",
        f"A.mmap(4, 3); A.write(4); {fork} {who}.mremap(4, 3, to=30); {who}.mmap(1, 3);"
        f"{who}.mremap(30, 3, to=4)",
        "1-7 rw" if joins else "1-4 rw, 4-7 rw",
        "1-4 rw, 4-7 rw",
    )
    public(
        f"merge.c mremap_faulted_to_unfaulted_next{how}",
        f"A.mmap(1, 3); A.write(1); {fork} {who}.mremap(1, 3, to=30); {who}.mmap(4, 3);"
        f"{who}.mremap(30, 3, to=1)",
        "1-7 rw" if joins else "1-4 rw, 4-7 rw",
        "1-4 rw, 4-7 rw",
    )
    public(
        f"merge.c mremap_faulted_to_unfaulted_prev_unfaulted_next{how}",
        f"A.mmap(4, 3); A.write(4); {fork} {who}.mremap(4, 3, to=30); {who}.mmap(1, 3);"
        f"{who}.mmap(7, 3); {who}.mremap(30, 3, to=4)",
        "1-10 rw" if joins else "1-4 rw, 4-7 rw, 7-10 rw",
        "1-4 rw, 4-7 rw, 7-10 rw",
    )
    public(
        f"merge.c mremap_faulted_to_unfaulted_prev_faulted_next{how}",
        f"A.mmap(4, 6); A.write(4); {fork} {who}.mremap(4, 3, to=30); {who}.mmap(1, 3);"
        f"{who}.mremap(30, 3, to=4)",
        "1-10 rw" if joins else "1-4 rw, 4-10 rw",
        "1-4 rw, 4-10 rw",
    )

# ------------------------------------------------------------------- kselftest, mm/mremap_test.c

public(
    "mremap_test.c expand_merge",
    "A.mmap(0, 3); A.munmap(1); A.mremap(0, 1, 2)",
    "0-3 rw",
    "0-2 rw, 2-3 rw",
)
public(
    "mremap_test.c expand_merge_offset", "A.mmap(0, 3); A.munmap(2); A.mremap(1, 1, 2)", "0-3 rw"
)
public(
    "mremap_test.c move_within_range",
    f"A.mmap(0, 10); {touched('A', 0, 10)} A.mremap(3, 1, to=7)",
    "0-3 rw, 4-7 rw, 7-8 rw, 8-10 rw",
)
public(
    "mremap_test.c move_multiple_vmas",
    f"A.mmap(0, 11); {touched('A', 0, 11)} {every_other(11)} A.mremap(0, 11, to=20)",
    ", ".join(f"{page}-{page + 1} rw" for page in range(20, 31, 2)),
    "EFAULT; " + ", ".join(f"{page}-{page + 1} rw" for page in range(0, 11, 2)),
)
public(
    "mremap_test.c move_multiple_vmas, onto PROT_NONE",
    f"A.mmap(0, 11); {touched('A', 0, 11)} {every_other(11)} A.mmap(40, 11, '');"
    "A.mremap(0, 11, to=40)",
)
public(
    "mremap_test.c shrink_multiple_vmas, in place",
    f"A.mmap(0, 10); {touched('A', 0, 10)} {every_other(10)} A.mremap(0, 10, 1)",
    "0-1 rw",
)
public(
    "mremap_test.c shrink_multiple_vmas, moved",
    f"A.mmap(0, 10); {touched('A', 0, 10)} {every_other(10)} A.mremap(0, 10, 1, to=20)",
    "20-21 rw",
)
public(
    "mremap_test.c move_multiple_vmas_split",
    f"A.mmap(0, 10); {touched('A', 0, 10)} A.munmap(5); A.mremap(2, 7, to=20)",
    "0-2 rw, 9-10 rw, 20-23 rw, 24-27 rw",
    "EFAULT; 0-5 rw, 6-10 rw",
)
public("mremap_test.c overlapping", "A.mmap(0, 4); A.mremap(0, 4, to=2)", "EINVAL; 0-4 rw")
public("mremap_test.c unaligned", "A.mmap(0, 4); A.mremap(0, 4, to=20.5)", "EINVAL; 0-4 rw")
public(
    "mremap_test.c mremap_move_1mb_from_start",
    f"A.mmap(0, 6); A.mmap(20, 6); {touched('A', 0, 6)} {touched('A', 20, 6)} A.munmap(20, 1);"
    "A.mremap(1, 1, to=20)",
)

# -------------------------------------------------------------------------------------------- LTP

public("LTP mremap02", "A.mmap(0); A.mremap(0.5, 1, 2, flags=1)", "EINVAL; 0-1 rw")
public("LTP mremap03", "A.mremap(5, 1, 2, flags=1)", "EFAULT; nothing")
public(
    "LTP mremap04",
    "A.mmap(0); A.mmap(1, 1, 'r'); A.mremap(0, 1, 2)",
    "ENOMEM; 0-1 rw, 1-2 r",
)
public(
    "LTP mremap05, MAYMOVE missing", "A.mmap(0); A.mremap(0, 1, to=20, flags=2)", "EINVAL; 0-1 rw"
)
public("LTP mremap05, unaligned", "A.mmap(0, 3); A.mremap(0, 3, 3, to=20.25)", "EINVAL; 0-3 rw")
public("LTP mremap05, overlapping", "A.mmap(0, 3); A.mremap(0, 3, 3, to=1)", "EINVAL; 0-3 rw")
public(
    "LTP mremap05, something is there",
    f"A.mmap(0, 3); {touched('A', 0, 3)} A.mmap(20, 3); A.write(20, b'!');A.mremap(0, 3, 3, to=20)",
    "20-23 rw",
)
for how in ("", "A.mprotect(0, 1, 'r');", "A.mprotect(2, 1, 'r');"):
    public(
        f"LTP mremap06 {how}".strip(),
        f"A.mmap(0, 4); {touched('A', 0, 4)} A.mremap(1, 1, to=3); {how} A.mremap(3, 1, to=1)",
    )
public("LTP munmap03, unaligned", "A.mmap(0, 2); A.munmap(0.5, 1)", "EINVAL; 0-2 rw")
public("LTP munmap03, no length", "A.mmap(0, 2); A.munmap(0, 0)", "EINVAL; 0-2 rw")
public("LTP mprotect01, unmapped", "A.mprotect(9, 1, 'r')", "ENOMEM; nothing")
public("LTP mprotect01, unaligned", "A.mmap(0); A.mprotect(0.5, 1, 'r')", "EINVAL; 0-1 rw")

# ------------------------------------------------------------------------------ gVisor, mremap.cc

public("mremap.cc Noop", "A.mmap(0, 1, ''); A.mremap(0, 1, 1)", "0-1 none")
public("mremap.cc InPlace_ShrinkingWholeVMA", "A.mmap(0, 2, ''); A.mremap(0, 2, 1)", "0-1 none")
public(
    "mremap.cc InPlace_ShrinkingPartialVMA",
    "A.mmap(0, 3, ''); A.mremap(0, 2, 1)",
    "0-1 none, 2-3 none",
)
public(
    "mremap.cc InPlace_ShrinkingAcrossVMAs",
    "A.mmap(0, 3, 'r'); A.mprotect(0, 1, ''); A.mremap(0, 3, 2)",
    "0-1 none, 1-2 r",
)
public(
    "mremap.cc InPlace_ExpansionSuccess",
    "A.mmap(0, 2, ''); A.munmap(1); A.mremap(0, 1, 2)",
    "0-2 none",
)
public(
    "mremap.cc InPlace_ExpansionFailure",
    "A.mmap(0, 3, ''); A.munmap(1); A.mremap(0, 1, 3)",
    "ENOMEM; 0-1 none, 2-3 none",
)
public(
    "mremap.cc MayMove_Expansion",
    "A.mmap(0, 3, ''); A.munmap(1); A.mremap(0, 1, 3, flags=1)",
    "2-3 none",
)
public(
    "mremap.cc Fixed_SourceAndDestinationCannotOverlap",
    "A.mmap(0, 1, ''); A.mremap(0, 1, 1, to=0)",
    "EINVAL; 0-1 none",
)
public(
    "mremap.cc Fixed_SameSize_Unmapping",
    "A.mmap(0, 1, ''); A.mmap(20, 1, ''); A.mremap(0, 1, 1, to=20)",
    "20-21 none",
)
public(
    "mremap.cc Fixed_ShrinkingWholeVMA", "A.mmap(0, 2, ''); A.mremap(0, 2, 1, to=20)", "20-21 none"
)
public(
    "mremap.cc Fixed_ShrinkingPartialVMA",
    "A.mmap(0, 3, ''); A.mremap(0, 2, 1, to=20)",
    "2-3 none, 20-21 none",
)
public(
    # It asserts the rule of its time, which is 3.3's: the tail is gone although the call fails.
    "mremap.cc Fixed_ShrinkingAcrossVMAs",
    "A.mmap(0, 3, 'r'); A.mprotect(0, 1, ''); A.mremap(0, 3, 2, to=20)",
    "EFAULT; 0-1 none, 1-3 r",
    "EFAULT; 0-1 none, 1-2 r",
)
public("mremap.cc Fixed_Expansion", "A.mmap(0, 1, ''); A.mremap(0, 1, 2, to=20)", "20-22 none")

# ------------------------------------------------------------------------- programs in public use

public(
    "glibc's realloc, with no room to grow",
    f"A.mmap(0, 4); {touched('A', 0, 4)} A.mmap(4, 1, 'r'); A.mremap(0, 4, 8, flags=1)",
    "4-5 r",
)
public(
    "an allocator that grows onto what it has reserved",
    f"A.mmap(0, 4); {touched('A', 0, 4)} A.mmap(30, 8, ''); A.mremap(0, 4, 8, to=30)",
    "30-38 rw",
)
public(
    "what has been shrunk grows with zeroes",
    "A.mmap(0, 2); A.write(1, b'x'); A.mremap(0, 2, 1); A.mremap(0, 1, 2); A.read(1)",
    "0-2 rw",
)
public(
    "CRIU: a child moves its memory to its place",
    f"A.mmap(0, 4); {touched('A', 0, 4)} B = A.fork(); B.mremap(0, 4, to=30);"
    "B.write(31, b'c'); A.write(2, b'p'); B.mremap(30, 4, to=2)",
    "2-6 rw",
)
public(
    "old_len 0 doubles private memory",
    "A.mmap(0); A.write(0); A.mremap(0, 0, 1, flags=1)",
    "EINVAL; 0-1 rw",
    "0-1 rw",
)
public("an unaligned hint, free", "A.mmap(3.5, 1, fixed=False)", "3-4 rw")
public("an unaligned hint, taken", "A.mmap(3); A.mmap(3.5, 1, fixed=False)", "3-4 rw")
public(
    "an unaligned hint, the next page taken",
    "A.mmap(4, 1, 'r'); A.mmap(3.5, 1, fixed=False)",
    "3-4 rw, 4-5 r",
)

# What public tests say and this model has no words for: uprobes, which are on files (merge.c
# handle_uprobe_upon_merged_vma); pages merged by their contents (ksm_merge); userfaultfd
# (mremap_test.c, LTP mremap07); huge pages, and page tables that are moved whole (mremap_test.c of
# 2 MiB and 1 GiB); MREMAP_DONTUNMAP (mremap_dontunmap.c); MAP_GROWSDOWN (LTP mmap18); files (LTP
# mremap01); shared memory (six of mremap.cc).
