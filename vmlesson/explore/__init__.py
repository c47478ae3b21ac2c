"""All schedules of a program; what one is, `vmlesson.replay` has.

To be read in this order:

- how all schedules are tried, and why none is missed: `walk` and `visit`; `nodes`, what is learned
  of a CPU, `learned`, how, by `executing`, and `values`, the memory; `guards`, who goes alone;
  `kept`, what the next program is spared;
- what is asked of it: `search`, its `result` and each `failure`, with `fewest` preemptions,
  `races`; `reach` and `graph`;
- what puts a search in doubt: `samples`, `hidden` and `held`, `real`.
"""

from ..replay.operation import Op, Ref
from ..replay.record import replay
from ..replay.schedule import ScheduleError
from ..replay.shared import Mutex, Shared
from ..replay.table import as_text
from ..replay.trace import Place, Step, Trace, View
from .failure import Failure
from .graph import Graph
from .races import Warning
from .reach import Outlook, Reach
from .result import Result
from .search import explore

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
