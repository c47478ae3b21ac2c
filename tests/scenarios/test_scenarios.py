"""Every scenario does in every release what was expected before it was written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from vmlesson.errors import UserError
from vmlesson.explore import Result, explore, replay
from vmlesson.kernel import (
    ALWAYS_LOCK,
    COPY_THE_CHAIN,
    ENOMEM,
    NEVER_LOCK,
    NOT_IF_FORKED,
    PAGE_SIZE,
    Finding,
    Kernel,
    Patch,
    Scenario,
    vm_area_struct,
)
from vmlesson.kernel.audit import walk_order
from vmlesson.learn.processes import four_pages, page_of, written
from vmlesson.scenarios import (
    BASE,
    CATALOGUE,
    FAR,
    Stage,
    address,
    explore_scenario,
    find,
    scenarios,
)

sys.path.insert(0, str(Path(__file__).parent))
from expected import ALWAYS_LOCKED, EXPECTED, NEVER_LOCKED, RELEASES

CASES = [(name, release) for name in EXPECTED for release in RELEASES]
MOST_EXECUTIONS = 5000


def every_form(
    forms: dict[str, Scenario[Stage]], release: str, patches: Sequence[Patch] = ()
) -> Result:
    total = Result()
    for form, scenario in forms.items():
        total += explore(scenario, release=release, patches=patches).in_form(form)
    return total


def test_the_table_is_whole() -> None:
    assert set(EXPECTED) == set(CATALOGUE)
    assert all(tuple(row) == RELEASES for row in EXPECTED.values())


@pytest.mark.parametrize(("name", "release"), CASES)
def test_a_scenario_does_what_was_expected(name: str, release: str) -> None:
    verdict, why = EXPECTED[name][release]
    result = every_form(scenarios(name), release)
    assert result.verdict == verdict, why
    assert result.complete
    assert result.executions <= MOST_EXECUTIONS
    for failure in result.failures:
        assert failure.kind == "promise"
        if name == "merge-faulted":
            assert "does not meet the vma that maps it" in failure.message
        else:
            line = 105 if release == "v3.0" else 126
            assert f"kernel BUG at include/linux/swapops.h:{line}!" in failure.message


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize(
    ("release", "patch", "expected"),
    [("v3.7", NEVER_LOCK, NEVER_LOCKED), ("v3.3", ALWAYS_LOCK, ALWAYS_LOCKED)],
    ids=["the tree and no lock", "the list and always the lock"],
)
def test_half_way_to_v3_7(
    name: str, release: str, patch: Patch, expected: dict[str, tuple[str, str]]
) -> None:
    verdict, why = expected[name]
    result = every_form(scenarios(name), release, [patch])
    assert (result.verdict, result.complete) == (verdict, True), why


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("pages", "walkers"), [(1, 1), (2, 2), (4, 1)])
def test_merge_order_in_other_sizes(pages: int, walkers: int, release: str) -> None:
    result = every_form(scenarios("merge-order", pages, walkers), release)
    assert result.complete
    assert result.verdict == EXPECTED["merge-order"][release][0]


LISTS = {
    "fresh-destination": {"": "T0-2"},
    "merge-order": {"above": "T0-2 T64-66", "below": "T0-2 T-64--62"},
    "seed-program": {"": "T2-10 T0-2 T12-13"},
    "merge-next": {"": "T64-66 T4-6"},
    "merge-next-higher": {"": "T5-7 T0-1 T64-68"},
    "fork-shared": {"": "P0-4 C0-2 C64-66; C0-2 C64-66"},
    "fork-own": {"": "P0-4 C0-2 C64-66; C0-2 C64-66"},
    "grandchild": {"": "P0-4 M0-4 G0-2 G64-66; M0-4 G0-2 G64-66; G0-2 G64-66"},
    "parent-after-fork": {"": "P0-2 P64-66 C0-2 C64-66; C0-2; C64-66"},
    "error-path": {"": "T0-2"},
    "error-path-merged": {"": "T-2--1 T64-66"},
    "error-path-fork": {"": "P0-2 C0-2; C0-2"},
    "bystander": {"": "T0-2 T64-66"},
    "two-movers": {
        "the child": "P0-2 C0-1 C64-65; C0-1 C64-65",
        "the parent": "P0-1 P64-65 C0-1 C64-65; C0-1; C64-65",
    },
    "third-process": {
        "another": "P0-1 P64-65 T0-1 O0-1; T0-1; O0-1",
        "a child": "P0-1 P64-65 T0-1 C0-1; T0-1 C0-1; C0-1",
    },
    "unfaulted": {"": ""},
    "fork-migrating": {"": "P0-2"},
    "pte-peek": {"": "T0-1"},
    "whole-migration": {"": "T0-2 T64-65"},
    "merge-faulted": {"": "T64-65"},
    "mprotect-border": {"": "T2-3"},
}
"""The list of each anon_vma before the critical call: of each vma the process and the pages."""


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_before_the_critical_call(name: str) -> None:
    for form, scenario in scenarios(name).items():
        kernel = Kernel("v3.2", **scenario.geometry)
        scenario.setup(kernel)
        lists = "; ".join(" ".join(map(whose, walk_order(one))) for one in kernel.anon_vmas())
        (expected,) = (each for start, each in LISTS[name].items() if form.startswith(start))
        assert lists == expected, form


def whose(vma: vm_area_struct) -> str:
    start, end = (bound // PAGE_SIZE - BASE for bound in (vma.vm_start, vma.vm_end))
    return f"{vma.vm_mm}{start}-{end}"


def test_merge_order_comes_in_all_forms_that_n_allows() -> None:
    assert list(scenarios("merge-order", 1)) == ["above, one batch", "below, one batch"]
    assert len(scenarios("merge-order", 2)) == 4


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"two-movers", "third-process"}))
def test_one_lock_for_all_page_tables_changes_no_verdict(name: str) -> None:
    for release in ("v3.2", "v3.3"):
        forms = scenarios(name)
        for scenario in forms.values():
            scenario.geometry["split_ptlocks"] = False
        result = every_form(forms, release)
        assert (result.verdict, result.complete) == (EXPECTED[name][release][0], True)


@pytest.mark.parametrize("name", ["merge-order", "third-process", "error-path-merged"])
def test_the_same_search_twice_finds_the_same(name: str) -> None:
    """Nothing runs on from one execution, or one search, to the next."""

    def once() -> dict[str, object]:
        plain = every_form(scenarios(name), "v3.2").to_dict()
        plain.pop("seconds")
        return plain

    assert once() == once()


def test_a_program_names_forked_children_alike_in_each_execution() -> None:
    form = "another forks and exits"
    program = scenarios("third-process", form=form)[form].program("v3.3")
    children = []
    for _ in range(3):
        coroutines, _ = program()
        for coroutine in coroutines.values():
            coroutine.close()
        other = next(task for task in program.text.tasks if task.name == "O")
        children.append(other.fork().name)
    assert children == ["O.1"] * 3


def test_a_search_leaves_nothing_on_the_boot_cpu() -> None:
    from vmlesson.kernel.atomic import BOOT

    sizes = set()
    for _ in range(3):
        every_form(scenarios("merge-order"), "v3.2")
        sizes.add(len(BOOT.held))
    assert len(sizes) == 1
    assert not BOOT.nested


def test_the_lost_page_of_merge_order_needs_two_preemptions_at_most() -> None:
    for release in ("v3.1", "v3.2"):
        for scenario in scenarios("merge-order").values():
            failure = explore(scenario, release=release).failures[0]
            assert failure.preemptions <= 2
            assert "is lost" in str(replay(scenario.program(release), failure))


def test_a_lost_page_is_a_bug_at_the_next_touch() -> None:
    (scenario,) = scenarios("merge-order", 1, form="above, one batch").values()
    failure = explore(scenario, release="v3.2").failures[0]
    scenario.promise = None
    program = scenario.program("v3.2")
    assert replay(program, list(failure.schedule)).finding is None
    task = program.text.tasks[0]
    with pytest.raises(Finding, match=r"swapops.h:126"):
        task.read(0x102000, 1)


def test_the_promise_finds_planted_damage() -> None:
    (scenario,) = scenarios("merge-order", 1, 0, form="above, one batch").values()
    for damage, words in [
        (lambda page: setattr(page, "contents", bytes(4096)), "is lost: it reads"),
        (lambda page: setattr(page, "mapcount", 2), "mapcount 2"),
        (lambda page: setattr(page, "count", 2), "count 2"),
        (lambda page: setattr(page, "mapping", None), "does not meet"),
    ]:
        program = scenario.program("v3.3")
        coroutines, promise = program()
        assert promise is not None
        for coroutine in coroutines.values():
            coroutine.close()
        situation = program.situation
        situation.expected, situation.emptied = {}, []
        situation.written = {(task, 0): situation.written[task, 0] for task, _ in situation.written}
        (task, position), *_ = situation.written
        damage(situation.page_at(task, position))
        with pytest.raises(AssertionError, match=words):
            promise()


def test_the_promise_finds_a_wrong_return() -> None:
    (scenario,) = scenarios("merge-order", 1, 0, form="above, one batch").values()
    program = scenario.program("v3.3")
    coroutines, promise = program()
    assert promise is not None
    program.text.run(coroutines["mremap"])
    promise()
    for value, words in ((-ENOMEM, "-ENOMEM"), (0x5000, "0x5000"), ([], r"\[\]")):
        program.situation.results["mremap"].value = value
        with pytest.raises(AssertionError, match=f"mremap returned {words}, not 0x[0-9a-f]+000$"):
            promise()


@pytest.mark.parametrize(
    ("name", "left"), [("merge-order", FAR), ("error-path", FAR - 1), ("error-path", FAR)]
)
def test_the_promise_finds_what_a_move_leaves_mapped(name: str, left: int) -> None:
    """Its source; or its destination, where it failed."""
    (scenario, *_) = scenarios(name, 1, 0).values()
    program = scenario.program("v3.3")
    coroutines, promise = program()
    assert promise is not None
    program.text.run(coroutines["mremap"])
    promise()
    program.text.tasks[0].mmap(4096, addr=address(left), fixed=True)
    with pytest.raises(AssertionError, match=f"T has something left at {address(left):#x}"):
        promise()


@pytest.mark.parametrize("name", ["quiescent", "unfaulted"])
def test_where_nothing_is_concurrent_all_exit_at_the_end(name: str) -> None:
    """And the last one finds what is left over."""
    for scenario in scenarios(name).values():
        kernel = Kernel("v3.3", **scenario.geometry)
        stage = scenario.setup(kernel)
        for cpu in stage.cpus().values():
            kernel.run(cpu)
        stage.promise()
        assert all(task.exited for task in kernel.tasks)


def test_numbers_are_aliases() -> None:
    assert find("S7").name == "grandchild"
    with pytest.raises(UserError, match="merge-order"):
        find("S99")
    with pytest.raises(UserError):
        find("")


@pytest.mark.parametrize(("pages", "walkers"), [(0, None), (17, None), (1, 2), (2, -1), (-1, None)])
def test_sizes_out_of_range_are_refused(pages: int, walkers: int | None) -> None:
    with pytest.raises(UserError):
        scenarios("merge-order", pages, walkers)


@pytest.mark.parametrize("form", ["sideways", "", 0, []])
def test_an_unknown_form_is_refused(form: str) -> None:
    with pytest.raises(UserError, match="above, one batch"):
        scenarios("merge-order", form=form)


@pytest.mark.parametrize("release", ["", 0, []])
def test_what_is_no_release_does_not_stand_for_one(release: str) -> None:
    (scenario,) = scenarios("merge-order", form="above, one batch").values()
    with pytest.raises(UserError, match="unknown release"):
        explore(scenario, release=release)


def test_older_notebooks_call_a_batch_a_chunk() -> None:
    assert list(scenarios("merge-order", form="below, two chunks")) == ["below, two batches"]
    forms = scenarios("merge-order", pages=2)
    assert forms["above, one chunk"] is forms["above, one batch"]
    with pytest.raises(KeyError):
        forms["sideways"]


def test_the_whole_migration_starts_from_the_first_line() -> None:
    """Nobody is in the middle of anything when it starts."""
    for scenario in scenarios("whole-migration").values():
        kernel = Kernel("v3.3", **scenario.geometry)
        scenario.setup(kernel)
        assert kernel.audit() == []


def test_the_merge_of_january_2026_shows_in_no_map_and_no_content() -> None:
    """The three scripts of the repair: what a program sees is right; the lists are not."""
    for form, scenario in scenarios("merge-faulted").items():
        maps = []
        for release, patches in (("v6.16", ()), ("v6.16", [COPY_THE_CHAIN]), ("today", ())):
            program = scenario.program(release, patches)
            coroutines, _ = program()
            (cpu,) = coroutines.values()
            program.text.run(cpu)
            (task,) = program.text.tasks
            maps.append(task.maps())
            assert all(
                task.read(address(at), len(data)) == data
                for (_, at), data in program.situation.written.items()
            )
            broken = release == "v6.16" and not patches
            assert bool(program.text.audit()) == broken, form
        assert maps[0] == maps[1] == maps[2]


def test_a_child_joins_no_unfaulted_vma_today() -> None:
    """3b617fd3d317: without it a copied vma that is inherited by fork could."""
    ranges = {}
    for patches in ((), [NOT_IF_FORKED]):
        kernel = Kernel("v6.16", [COPY_THE_CHAIN, *patches], ptes_per_table=4)
        stage = Stage(kernel, 1)
        parent = kernel.spawn("P")
        stage.map(parent, 0, 1)
        child = stage.fork(parent, "C")
        stage.move(child, 0, 1, 64)
        stage.map(child, 1, 1, touch=False)
        stage.move(child, 64, 1, 0)
        ranges[bool(patches)] = len(child.maps())
    assert ranges == {False: 1, True: 2}


def test_a_page_that_is_not_there_is_told_so() -> None:
    with pytest.raises(UserError, match="P has no page at 0x999000"):
        page_of(four_pages(), 0x999)


def test_a_process_to_play_with_has_small_page_tables() -> None:
    """So that all of one fits into a picture."""
    assert four_pages().mm.ptes_per_table == 16
    with pytest.raises(UserError, match="the number of a page is -1"):
        written(-1)


def test_a_search_that_was_stopped_says_in_how_many_forms() -> None:
    one = explore_scenario("whole-migration", executions=1)
    assert one.stopped == "at its limit of 1 execution"
    four = explore_scenario("merge-order", executions=1)
    assert four.stopped == "at its limit of 1 execution in 4 of 4 forms"
