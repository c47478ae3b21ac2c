"""The running kernel, and scripts of calls for it and for the model.

`Machine` is the running kernel, with processes that have the calls of the model's; `Pages` writes
calls in page numbers.  `Machine` needs Linux; `why_not` says in a sentence what is missing.  The
experiments run anywhere, and say in a sentence what a machine does not allow.
"""

from .experiments import RECORDED, commit_program, compiled_program, huge_pages, running_kernel
from .experiments import storm
from .machine import LiveTask, Machine, ProcessDied, View, why_not
from .script import Pages, play

# fmt: off
__all__ = [
    "RECORDED", "LiveTask", "Machine", "Pages", "ProcessDied", "View", "commit_program",
    "compiled_program", "huge_pages", "play", "running_kernel", "storm", "why_not",
]
# fmt: on
