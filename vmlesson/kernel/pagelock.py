"""The page lock, PG_locked: include/linux/pagemap.h, mm/filemap.c.

A page is its own lock.  Whoever puts a migration entry somewhere holds it until every copy of the
entry has been replaced.
"""

from __future__ import annotations

from .atomic import atomic, atomic_when
from .locks import Lock, drop, is_free, might_sleep, take
from .mm_types import page


@atomic_when(Lock.owner, is_free)
def lock_page(page: page) -> None:
    """Take the page lock, sleeping while another CPU holds it."""
    might_sleep()
    take(page, waited=True)


@atomic
def trylock_page(page: page) -> bool:
    """Take the page lock if it is free, never sleeping; whether it was taken."""
    if page.owner is not None:
        return False
    take(page, waited=False)
    return True


@atomic
def unlock_page(page: page) -> None:
    """Drop the page lock.  From here on a migration entry that still names the page is poison.
    (mm/filemap.c)
    """
    drop(page)


@atomic_when(Lock.owner, is_free)
def wait_on_page_locked(page: page) -> None:
    """Wait until nobody holds the page lock, without taking it."""
    might_sleep()
    assert page.owner is None
