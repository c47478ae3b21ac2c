"""Who goes next: one schedule, all schedules, a recorded run."""

from .graph import Graph
from .operation import Op, Ref
from .races import Warning
from .reach import Outlook, Reach
from .record import replay
from .result import Failure, Result
from .schedule import ScheduleError
from .search import explore
from .shared import Mutex, Shared
from .table import as_text
from .trace import Place, Step, Trace, View

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
