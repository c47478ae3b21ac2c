"""The running kernel beside the model: the same calls on both, compared after each.

`Machine` is the running kernel, with processes that have the calls of the model's; `Bench` puts
one beside a booted kernel and pairs their processes; `Pages` writes calls in page numbers.  All
of it needs Linux; `why_not` says in a sentence what is missing.  The experiments run anywhere, and
say in a sentence what a machine does not allow.
"""

from .experiments import RECORDED, commit_program, compiled_program, huge_pages, running_kernel
from .experiments import storm
from .machine import ARENA, ARENA_END, LiveTask, Machine, ProcessDied, View, kernel_version, why_not
from .pair import Bench, Difference, Pair, ranges, view_of
from .script import Family, Pages, play

# fmt: off
__all__ = [
    "ARENA", "ARENA_END", "RECORDED", "Bench", "Difference", "Family", "LiveTask", "Machine",
    "Pages", "Pair", "ProcessDied", "View", "commit_program", "compiled_program", "huge_pages",
    "kernel_version", "play", "ranges", "running_kernel", "storm", "view_of", "why_not",
]
# fmt: on
