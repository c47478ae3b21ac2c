"""What the last call of a script says, and the mappings that it leaves, in one line."""

from typing import Any

from vmlesson.live import play


def outcome(script: str, task: Any) -> str:
    """ "EFAULT; 0-2 rw": the last call's error, if it has one, then its process's mappings."""
    *_, last = members = play(script, task).values()
    who = next((each for each in members if each.name == acting(script)), last)
    _, _, error = who.lines[-1].partition("  # ")
    return "; ".join(part for part in (error, who.ranges() or "nothing") if part)


def acting(script: str) -> str:
    """The process that makes the last call."""
    return script.split(";")[-1].strip().split(".")[0]
