"""Who goes next: one schedule, all schedules, a recorded run."""

from .graph import Graph
from .operation import Op, Ref
from .reach import Outlook, Reach
from .record import Place, ScheduleError, Step, Trace, View, replay
from .result import Failure, Result, Warning
from .search import explore
from .shared import Mutex, Shared
from .table import as_text

__all__ = [
    "Failure",
    "Graph",
    "Mutex",
    "Op",
    "Outlook",
    "Place",
    "Reach",
    "Ref",
    "Result",
    "ScheduleError",
    "Shared",
    "Step",
    "Trace",
    "View",
    "Warning",
    "as_text",
    "explore",
    "replay",
]
