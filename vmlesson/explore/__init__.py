"""Who goes next: one schedule, all schedules, a recorded run.

To be read in this order:

- how all schedules are tried, and why none is missed: `walk` and `visit`; `nodes`, what is learned
  of a CPU, `learned`, how, and `values`, the memory; `guards`, who goes alone;
- an execution, and what it fails by: `execution`, `blame`;
- what is asked of it: `search` and `result`, `races`, `fewest` preemptions, `reach` and `graph`;
- what puts a search in doubt: `hidden`, `real`;
- a run told step by step: `schedule`, `record`, `trace`, `operation`, `labels`, `table`.
"""

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
