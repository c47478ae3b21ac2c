"""Locks: what a CPU waits for.

Taking and dropping a lock write it; a try-lock that fails, and a wait for a lock to become free,
only read it.  A blocked acquire is no step.  Which locks a CPU holds, and in which order it took
them, is noted on the CPU: that is all that lockdep needs.

Models include/linux/mutex.h, spinlock.h, rwsem.h and the page lock of mm/filemap.c.  Left out:
fairness, spinning and sleeping (a CPU that waits just has no step; only who may sleep is looked at:
`might_sleep`), interrupts, lock debugging by class; none of these decides who may go next.
"""

from __future__ import annotations

from typing import Any, TypeVar

from . import atomic as _atomic
from .atomic import BOOT, CPU, Field, Finding, Named, atomic, atomic_when
from .bug import oops

T = TypeVar("T")


class Holders(Field[T]):
    """Who has a lock: a CPU; or several, (how, CPU).  A Finding, if one sets or drops another."""

    def __set__(self, obj: Named, value: T) -> None:
        cpu, had = _atomic.current, getattr(obj, self.name) if self.name in obj.__dict__ else None
        if cpu is not None and _others(had, cpu) != _others(value, cpu):
            raise cpu.fail(Finding("unlock by another", f"{cpu} changes whose {obj} is"))
        super().__set__(obj, value)


def _others(held: Any, cpu: CPU) -> list[Any]:
    """Who of those that have a lock is another CPU that races."""
    each = held if isinstance(held, tuple) else ((None, held),)
    return [one for one in each if one[1] not in (None, cpu, BOOT)]


class Lock(Named):
    """A lock with one owner at a time: a mutex, a spinlock or the lock of a page."""

    owner = Holders[CPU | None]()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.owner = None

    def __str__(self) -> str:
        return self.name

    def state(self) -> str:
        """Who holds it, in words.  Plain."""
        return "free" if self.owner is None else f"held by {self.owner}"


class mutex(Lock):
    """struct mutex."""


class spinlock(Lock):
    """spinlock_t."""


def _current() -> CPU:
    return _atomic.current or BOOT


def is_free(owner: CPU | None) -> bool:
    """Whether a lock with this owner is free."""
    return owner is None


def note_acquired(lock: Named, waited: bool) -> None:
    """Note that the running CPU now holds `lock`, and whether it was ready to wait for it."""
    cpu = _current()
    if waited and cpu.held and cpu is not BOOT:  # which races with nobody, and lives for ever
        gates = frozenset(held.key for held in cpu.held)
        cpu.nested.extend((outer, lock, gates) for outer in cpu.held)
    cpu.held.append(lock)


def take(lock: Lock, waited: bool) -> None:
    """Make the running CPU the owner of a free lock.  Plain: part of an operation."""
    lock.owner = _current()
    note_acquired(lock, waited)


def drop(lock: Lock) -> None:
    """Free a lock of the running CPU's.  Plain: part of an operation."""
    cpu = _current()
    if lock.owner is not cpu:
        said = f"{cpu} unlocks {lock}, which is {lock.state()}"
        raise cpu.fail(Finding("unlock by another", said))
    lock.owner = None
    cpu.held.remove(lock)


def inherit(lock: Lock) -> None:
    """Make the running CPU the owner of a lock that a set-up took.  Before the first step."""
    lock.owner = _current()
    _current().held.append(lock)


def might_sleep() -> None:
    """A finding, if the running CPU has a spinlock: whoever wants that spins until it is back.

    include/linux/kernel.h.  A debug kernel looks whether or not there is something to sleep for.
    Plain: part of an operation.  Whoever sets up is not asked: he keeps nobody waiting.
    """
    cpu = _current()
    mine = next((held for held in cpu.held if isinstance(held, spinlock)), None)
    if mine is not None and cpu is not BOOT:
        oops(f"BUG: sleeping function called from invalid context: {cpu} holds {mine}, a spinlock")


@atomic_when(Lock.owner, is_free)
def mutex_lock(lock: Lock) -> None:
    """Take `lock`, waiting while another CPU, or this one, holds it."""
    might_sleep()
    take(lock, waited=True)


@atomic
def mutex_unlock(lock: Lock) -> None:
    """Drop `lock`.  A finding, "unlock by another", if this CPU does not hold it."""
    drop(lock)


@atomic
def mutex_trylock(lock: Lock) -> bool:
    """Take `lock` if it is free, never waiting; whether it was taken."""
    if lock.owner is not None:
        return False
    take(lock, waited=False)
    return True


@atomic_when(Lock.owner, is_free)
def spin_lock(lock: Lock) -> None:
    """Take `lock`, spinning while another CPU, or this one, holds it."""
    take(lock, waited=True)


@atomic
def spin_unlock(lock: Lock) -> None:
    """Drop `lock`.  A finding, "unlock by another", if this CPU does not hold it."""
    drop(lock)


class rw_semaphore(Named):
    """struct rw_semaphore: any number of readers, or one writer.

    ``holders`` is a tuple of (how, CPU): one ``("write", cpu)``, or any number of
    ``("read", cpu)``.
    """

    holders = Holders[tuple[tuple[str, CPU], ...]]()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.holders = ()

    def __str__(self) -> str:
        return self.name

    def state(self) -> str:
        """Who holds it, in words.  Plain."""
        holders = self.holders
        if not holders:
            return "free"
        return f"held for {holders[0][0]} by {', '.join(str(cpu) for _, cpu in holders)}"


@atomic_when(rw_semaphore.holders, lambda holders: all(how == "read" for how, _ in holders))
def down_read(sem: rw_semaphore) -> None:
    """Take `sem` for reading, waiting while somebody holds it for writing."""
    might_sleep()
    sem.holders = (*sem.holders, ("read", _current()))
    note_acquired(sem, waited=True)


@atomic_when(rw_semaphore.holders, lambda holders: not holders)
def down_write(sem: rw_semaphore) -> None:
    """Take `sem` for writing, waiting while anybody holds it."""
    might_sleep()
    sem.holders = (("write", _current()),)
    note_acquired(sem, waited=True)


def _up(sem: rw_semaphore, how: str) -> None:
    cpu = _current()
    holders = list(sem.holders)
    if (how, cpu) not in holders:
        said = f"{cpu} drops {sem} ({how}), which is {sem.state()}"
        raise cpu.fail(Finding("unlock by another", said))
    holders.remove((how, cpu))
    sem.holders = tuple(holders)
    cpu.held.remove(sem)


@atomic
def up_read(sem: rw_semaphore) -> None:
    """Drop `sem`, held for reading."""
    _up(sem, "read")


@atomic
def up_write(sem: rw_semaphore) -> None:
    """Drop `sem`, held for writing."""
    _up(sem, "write")
