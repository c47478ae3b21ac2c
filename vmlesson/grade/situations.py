"""What checks try: small situations of their own, and the catalogue's.

A check is a list of situations, each a scenario to be explored.  Whoever looks at an answer alone
("does it put dst last?") explores a scenario of one CPU; "does it keep the lock?" has a second CPU
that walks a list meanwhile; the rest are races of the catalogue.  So one machine judges all, and
every wrong answer comes with a schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ..kernel import (
    EFAULT,
    ENOMEM,
    MREMAP_FIXED,
    MREMAP_MAYMOVE,
    PAGE_SIZE,
    SWAP_AGAIN,
    Finding,
    Kernel,
    Scenario,
    anon_vma,
    anon_vma_chain,
    anon_vma_lock,
    anon_vma_moveto_tail,
    anon_vma_unlock,
    list_for_each_entry,
    lock_page,
    page,
    rmap_walk_anon,
    sys_mremap,
    unlock_page,
    vm_area_struct,
    vma_address,
)
from ..kernel.locks import Lock
from ..kernel.scenario import Patches
from ..scenarios import FAR, Stage, address, find, scenarios
from .feedback import SLIPS

S = TypeVar("S")


@dataclass(frozen=True)
class Situation:
    """One scenario of a check: its name, what happens in it in a sentence, and how to make it.

    `catalogue` holds what `vmlesson explore` would need to make it again; empty for situations
    that only checks have.
    """

    name: str
    sentence: str
    scenario: Scenario[Any]
    catalogue: Mapping[str, Any]


class Attempt(Scenario[S]):
    """A scenario on a kernel with an answer in it, which runs in the set-up already.

    What goes wrong there is a failure of the one CPU that sets up, and found like any other.
    """

    def program(self, release: str | None = None, patches: Patches = ()) -> Any:
        """This scenario on one kernel; where that cannot be set up, a program that says why."""
        try:
            return super().program(release, patches)
        except Exception as error:
            super().program(release)  # what goes wrong without the answer, too, is not its fault
            return partial(_not_set_up, error)


def _not_set_up(error: Exception) -> tuple[dict[str, Coroutine[Any, Any, None]], None]:
    async def set_up() -> None:
        match error:
            case Finding() if error.kind in SLIPS:
                raise Finding(error.kind, error.message)
            case Finding():
                raise Finding(error.kind, f"before the race begins, {error.message}")
        raise Finding("promise", f"before the race begins, {error}")

    return {"set-up": set_up()}, None


Situations = Callable[[], Iterator[Situation]]


def races(
    *names: str, form: str | None = None, walkers: int | None = None, first: int = 0
) -> Situations:
    """Scenarios of the catalogue, in all their forms or one; `first` as in `scenarios`."""

    def situations() -> Iterator[Situation]:
        for name in names:
            entry = find(name)
            forms = scenarios(name, walkers=walkers, form=form, first=first)
            for each, scenario in forms.items():
                where = {
                    "scenario": entry.name,
                    "form": each,
                    "pages": entry.pages,
                    "walkers": entry.walkers if walkers is None else walkers,
                    "first": first,
                }
                title = f"{entry.name}, {each}" if each else entry.name
                title += ", a page that stays" if first else ""
                attempt = Attempt(
                    scenario.setup,
                    scenario.cpus,
                    scenario.promise,
                    scenario.name,
                    **scenario.geometry,
                )
                yield Situation(title, entry.sentence, attempt, where)

    return situations


def mapped_after(*names: str) -> Situations:
    """The mover of each of these scenarios alone: afterwards the same addresses are mapped."""

    def situations() -> Iterator[Situation]:
        for situation in races(*names, walkers=0)():
            program = situation.scenario.program()
            stage = program.situation
            stage.kernel.run(_one_by_one(program()[0].values()))
            right = _mapped(stage)

            def promise(stage: Stage, right: dict[str, list[int]] = right) -> None:
                stage.promise()
                assert _mapped(stage) == right, (
                    f"mapped are afterwards {_pages(_mapped(stage))}, "
                    f"and it should be {_pages(right)}"
                )

            geometry = situation.scenario.geometry
            alone = Attempt(situation.scenario.setup, situation.scenario.cpus, promise, **geometry)
            yield _own(f"alone: {situation.name}", situation.sentence, alone)

    return situations


async def _one_by_one(coroutines: Iterable[Coroutine[Any, Any, Any]]) -> None:
    for coroutine in coroutines:
        await coroutine


def _mapped(stage: Stage) -> dict[str, list[int]]:
    """The numbers of the pages that each process has mapped."""
    return {
        task.name: [
            number
            for line in task.maps()
            for number in range(line.start // PAGE_SIZE, line.end // PAGE_SIZE)
        ]
        for task in stage.kernel.tasks
        if not task.exited
    }


def _pages(mapped: dict[str, list[int]]) -> str:
    return "; ".join(
        f"{name}: {', '.join(f'{number * PAGE_SIZE:#x}' for number in numbers)}"
        for name, numbers in mapped.items()
    )


def both(*parts: Situations) -> Situations:
    """One list after the other."""

    def situations() -> Iterator[Situation]:
        for part in parts:
            yield from part()

    return situations


def _own(name: str, sentence: str, scenario: Scenario[Any]) -> Situation:
    return Situation(name, sentence, scenario, {})


def _no_vma(kernel: Kernel) -> Stage:
    stage = Stage(kernel, 1)
    task = kernel.spawn("T")
    stage.map(task, 0, 2)
    kernel.fail_allocation("vma", 1)
    size, flags = 2 * PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED
    stage.race("mremap", partial(sys_mremap, task, address(0), size, size, flags, address(FAR)))
    return stage


def _where_it_says(stage: Stage) -> None:
    """Everything is where it was, or, if the call says that it has moved, at its new place."""
    returned: Any = stage.results.get("mremap")
    written = stage.written
    start = {-ENOMEM: 0, address(FAR): FAR}.get(returned)
    assert start is not None, f"mremap returned {returned}, and it should be {-ENOMEM}"
    try:
        stage.written = {(task, start + page): what for (task, page), what in written.items()}
        stage.promise()
    finally:
        stage.written = written


def no_memory() -> Iterator[Situation]:
    """A move for which there is no memory, not even for a vma."""
    yield _own(
        "no memory for a vma",
        "There is no memory for the new vma: the call returns -ENOMEM, and nothing has changed.",
        Attempt(_no_vma, Stage.cpus, _where_it_says),
    )


def _unfaulted_back(kernel: Kernel) -> Stage:
    stage = Stage(kernel, 1)
    task = kernel.spawn("T")
    stage.map(task, 0, 2, touch=False)
    for page_number in range(2):
        task.read(address(page_number), 1)
        stage.written[task, page_number] = bytes(8)
    kernel.fail_allocation("page table", 2)
    stage.race_move("mremap", task, 0, 2, FAR - 1, fails=True)
    stage.stays_unfaulted = task
    stage.end_of_setup()
    return stage


def unfaulted_back() -> Iterator[Situation]:
    """A move of memory that was only read fails half-way."""
    yield _own(
        "only read, and back",
        "Memory that was read and never written moves, and the second page table cannot be had: "
        "it has pages to move back, and no anon_vma.",
        Attempt(_unfaulted_back, Stage.cpus, Stage.promise, ptes_per_table=4),
    )


def _below_its_source(kernel: Kernel) -> Stage:
    stage = Stage(kernel, 1, 1, 0)
    task = kernel.spawn("T")
    stage.map(task, 0, 3)
    stage.move(task, 1, 2, FAR)
    stage.move(task, FAR, 2, 2)
    stage.race_move("mremap", task, 2, 1, 1)
    stage.begin_migrations()
    stage.end_of_setup()
    return stage


def below_its_source() -> Iterator[Situation]:
    """A vma grows up to where the source begins, and swallows nothing."""
    yield _own(
        "up to the source",
        "The first page of a vma moves one down, where it goes on from the vma below: that grows "
        "until it touches the source, and the source still is a vma of its own.",
        Attempt(_below_its_source, Stage.cpus, Stage.promise),
    )


# ---------------------------------------------------------------------- anon_vma_moveto_tail, alone


class Family:
    """A vma that must go to the tail, and the lists that it is on, as they were at the call."""

    def __init__(self, dst: vm_area_struct) -> None:
        self.dst = dst
        self.lists = {
            avc.anon_vma: [entry for entry in avc.anon_vma.head.peek() if entry.vma is not dst]
            for avc in dst.anon_vma_chain
        }
        self.own = {avc.anon_vma: avc for avc in dst.anon_vma_chain}
        self.walked: list[anon_vma_chain] = []

    def promise(self) -> None:
        """dst is the last of each list, once; the others keep their order."""
        for family, others in self.lists.items():
            now = family.head.peek()
            assert now == [*others, self.own[family]], (
                f"dst is {self.dst}; in the list of {family} it must be the last, and the others "
                f"must keep their order: {_in_order([*others, self.own[family]])}; "
                f"but the list is {_in_order(now)}"
            )
        assert list(self.dst.anon_vma_chain) == list(self.own.values()), (
            f"the same_vma list of {self.dst}, which is private to the process, has changed"
        )

    async def call(self, times: int) -> None:
        """What mremap does: the call."""
        for _ in range(times):
            await anon_vma_moveto_tail(self.dst)

    async def walk(self, family: anon_vma) -> None:
        """What migration does: every vma of the list, with the root's mutex."""
        self.walked = []
        await anon_vma_lock(family)
        async for avc in list_for_each_entry(family.head):
            self.walked.append(avc)
        await anon_vma_unlock(family)

    def promise_of_walk(self, family: anon_vma) -> None:
        """The walk has met every vma of the list, once."""
        for avc in (*self.lists[family], self.own[family]):
            met = sum(1 for one in self.walked if one is avc)
            assert met == 1, f"a walk of the list of {family} {_times(met)} {avc.vma}"
        self.promise()


def _times(count: int) -> str:
    return f"met {count} times" if count else "never met"


def _in_order(entries: list[anon_vma_chain]) -> str:
    return ", ".join(str(entry.__dict__["vma"]) for entry in entries) or "empty"


def _away(stage: Stage, generations: int) -> vm_area_struct:
    """The vma whose second half has moved away: the youngest of so many generations has it."""
    task = stage.kernel.spawn("P")
    stage.map(task, 0, 2)
    for name in ("M", "G")[: generations - 1]:
        for position in range(2) if name == "G" else ():
            stage.write(task, position)
        task = stage.fork(task, name)
    stage.move(task, 1, 1, FAR)
    vma: vm_area_struct = task.mm.vmas[0]
    return vma


def _family(generations: int, kernel: Kernel) -> Family:
    return Family(_away(Stage(kernel, 1), generations))


def _last_already(kernel: Kernel) -> Family:
    stage = Stage(kernel, 1)
    _away(stage, 1)
    (task,) = kernel.tasks
    return Family(task.mm.vmas[-1])


def _unfaulted(kernel: Kernel) -> Family:
    stage = Stage(kernel, 1)
    task = kernel.spawn("P")
    stage.map(task, 0, 1, touch=False)
    return Family(task.mm.vmas[0])


def _moveto_tail(setup: Callable[[Kernel], Family], times: int = 1) -> Scenario[Family]:
    return Attempt(setup, lambda family: {"mremap": family.call(times)}, Family.promise)


def moved_to_tail() -> Iterator[Situation]:
    """The call alone: what the lists are on return."""
    yield _own(
        "one list",
        "A process moved half of an area away: list dst, src; now dst must go to the tail.",
        _moveto_tail(partial(_family, 1)),
    )
    yield _own(
        "three lists",
        "A grandchild moved half of an area away: dst is on the lists of three generations.",
        _moveto_tail(partial(_family, 3)),
    )
    yield _own(
        "last already",
        "dst is the last of its list already, and stays there.",
        _moveto_tail(_last_already),
    )
    yield _own(
        "called twice",
        "The same call twice in a row: the second changes nothing.",
        _moveto_tail(partial(_family, 3), times=2),
    )


def never_faulted() -> Iterator[Situation]:
    """The call with a vma that has no anon_vma."""
    yield _own(
        "never faulted",
        "dst was never touched: it has no anon_vma, and is on no list.",
        _moveto_tail(_unfaulted),
    )


def walked_meanwhile() -> Iterator[Situation]:
    """The call while another CPU walks one of the lists, under the root's mutex."""
    for number, whose in enumerate(("own", "parent's", "grandparent's")):

        def cpus(family: Family, number: int = number) -> Mapping[str, Coroutine[Any, Any, Any]]:
            walked = list(family.lists)[number]
            return {"mremap": family.call(1), "walk": family.walk(walked)}

        def promise(family: Family, number: int = number) -> None:
            family.promise_of_walk(list(family.lists)[number])

        yield _own(
            f"a walk of the {whose} list",
            f"Meanwhile another CPU walks the {whose} list, with the root's mutex held, and must "
            f"meet every vma once.",
            Attempt(partial(_family, 3), cpus, promise),
        )


# ---------------------------------------------------------------------------- vma_address, alone


class Places:
    """Pages, vmas, and where in them each is, or is not."""

    def __init__(self, asked: list[tuple[page, vm_area_struct, int]]) -> None:
        self.asked = asked
        self.got: list[Any] = []

    async def ask(self) -> None:
        """What a walk does."""
        self.got = [await vma_address(found, vma) for found, vma, _ in self.asked]

    def promise(self) -> None:
        """Every answer is right."""
        for (found, vma, right), got in zip(self.asked, self.got, strict=True):
            assert got == right, (
                f"for {found}, index {found.__dict__['index']:#x}, in {vma!r} it returned "
                f"{_address(got)}, not {_address(right)}"
            )


def _address(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return repr(value)
    return "-EFAULT" if value == -EFAULT else f"{value:#x}"


def _places(moved: bool, outside: bool, kernel: Kernel) -> Places:
    stage = Stage(kernel, 1)
    task = kernel.spawn("T")
    stage.map(task, 0, 6)
    if moved:
        stage.move(task, 2, 3, FAR)
    near = task.mm.vmas[0]
    far = task.mm.vmas[-1]
    asked = []
    for vma in (near, far):
        for position in range((vma.vm_end - vma.vm_start) // PAGE_SIZE):
            at = vma.vm_start + position * PAGE_SIZE
            slot = task.mm.slot_at(at)
            assert slot is not None
            found = slot.pte.page
            assert found is not None
            asked.append((found, vma, at))
    if outside:
        asked = [
            (found, other, -EFAULT)
            for found, vma, _ in asked
            for other in (near, far)
            if other is not vma
        ]
    return Places(asked)


def inside(moved: bool) -> Situations:
    """Pages that are in the vma."""

    def situations() -> Iterator[Situation]:
        text = "A vma that moved keeps its vm_pgoff" if moved else "A vma where it was mapped"
        scenario = Attempt(
            partial(_places, moved, False), lambda places: {"walk": places.ask()}, Places.promise
        )
        yield _own("moved" if moved else "at home", f"{text}: every page of it.", scenario)

    return situations


def outside() -> Iterator[Situation]:
    """Pages that are in another vma of the same list."""
    scenario = Attempt(
        partial(_places, True, True), lambda places: {"walk": places.ask()}, Places.promise
    )
    yield _own("outside", "Pages of one vma, looked for in the other of the same list.", scenario)


# -------------------------------------------------------------------- remove_migration_pte, alone


def _migrating(own: bool, kernel: Kernel) -> Stage:
    stage = Stage(kernel, 1, 2 if own else 1, 0)
    parent = kernel.spawn("P")
    stage.map(parent, 0, 1)
    child = stage.fork(parent, "C")
    if own:
        stage.write(child, 0)
    stage.begin_migrations()
    stage.end_of_setup()
    return stage


def _still_apart(stage: Stage) -> None:
    """Nothing is lost; and what the child writes is the child's alone."""
    stage.promise()
    parent, child = stage.kernel.tasks
    before = stage.written[parent, 0]
    child.write(address(0), b"the child's own")
    got = parent.read(address(0), len(before))
    assert got == before, (
        f"the parent reads {got!r} after the child has written: a page that they share has become "
        f"writable"
    )


def migrated_in_a_family() -> Iterator[Situation]:
    """Pages of parent and child migrate; nobody moves."""
    yield _own(
        "a shared page migrates",
        "Parent and child share a page, read-only; it migrates, and then the child writes.",
        Attempt(partial(_migrating, False), Stage.cpus, _still_apart),
    )
    yield _own(
        "two pages migrate",
        "Parent and child have a page of their own at the same address; both migrate at once.",
        Attempt(partial(_migrating, True), Stage.cpus, _still_apart),
    )


# -------------------------------------------------------------------------- rmap_walk_anon, alone


class Visits:
    """A page, the vmas in which it may be, and whom the walk called back for."""

    def __init__(self, found: page, right: list[tuple[vm_area_struct, int]], stop: int) -> None:
        self.page = found
        self.right = right
        self.stop = stop
        self.argument = ("what is handed through",)
        self.calls: list[tuple[Any, ...]] = []
        self.unlocked = False
        self.result: Any = None

    async def walk(self) -> None:
        """What migration does."""
        await lock_page(self.page)
        self.result = await rmap_walk_anon(self.page, self.visit, self.argument)
        await unlock_page(self.page)

    @property
    def visit(self) -> Callable[..., Coroutine[Any, Any, int]]:
        """The callback: ends the walk at the call that was chosen."""

        async def rmap_one(found: page, vma: vm_area_struct, at: int, arg: Any) -> int:
            family = self.page.mapping
            if family is not None and Lock.owner.peek(family.root.mutex) is None:
                self.unlocked = True
            self.calls.append((found, vma, at, arg))
            return 77 if len(self.calls) == self.stop else SWAP_AGAIN

        return rmap_one

    def promise(self) -> None:
        """Every vma in which the page may be, in order; and what came last is returned."""
        calls, self.calls = self.calls, []
        unlocked, self.unlocked = self.unlocked, False
        right = self.right[: self.stop] if self.stop else self.right
        assert [(vma, at) for _, vma, at, _ in calls] == right, (
            f"rmap_one must be called for {_visits(right)}, in this order; it was called for "
            f"{_visits([(vma, at) for _, vma, at, _ in calls])}"
        )
        assert all(found is self.page and arg == self.argument for found, _, _, arg in calls), (
            "rmap_one must be called with the page and with arg, as they were given"
        )
        assert not unlocked, "rmap_one was called without the mutex of the anon_vma's root"
        wanted = 77 if self.stop else SWAP_AGAIN
        assert self.result == wanted, f"it returned {self.result!r}, and rmap_one last {wanted}"


def _visits(visits: list[tuple[Any, int]]) -> str:
    return ", ".join(f"{vma} at {at:#x}" for vma, at in visits) or "none"


def _visited(stop: int, mapped: bool, kernel: Kernel) -> Visits:
    stage = Stage(kernel, 1)
    parent = kernel.spawn("P")
    stage.map(parent, 0, 4)
    stage.move(parent, 2, 2, FAR)
    child = stage.fork(parent, "C")
    found = stage.page_at(parent, 1)
    right = [(task.mm.vmas[0], address(1)) for task in (parent, child)]
    if not mapped:
        found.__dict__["mapping"] = None
        right = []
    return Visits(found, right, stop)


def visited(stop: int = 0, mapped: bool = True) -> Situations:
    """A walk alone."""

    def situations() -> Iterator[Situation]:
        sentence = "A page that parent and child share; the list has four vmas, it is in two."
        if stop:
            sentence = f"The same, and call number {stop} of rmap_one says that it is enough."
        if not mapped:
            sentence = "A page that has no anon_vma: there is nothing to walk."
        scenario = Attempt(
            partial(_visited, stop, mapped), lambda visits: {"walk": visits.walk()}, Visits.promise
        )
        yield _own(f"a walk alone{f', ended at {stop}' if stop else ''}", sentence, scenario)

    return situations
