"""All schedules of a program; for what a schedule is, see `vmlesson.replay`.

To be read in this order, after `vmlesson.kernel.atomic` and `vmlesson.replay.execution`:

- why one execution of each class is enough: the first page of `walk`;
- how CPUs are learned instead of being run each time: the first page of `machine`; then `nodes`,
  where a CPU may be, `values`, what is in the memory, and `machine`, which looks up or learns;
- the walk itself: `walk`, and `guards`, who may go alone; `search`, within `limits`;
- what a search tells: its `result`, each `failure`, shown with the `fewest` preemptions, `races`;
  what can come from here: `reach`;
- what puts it in doubt: `executing`, where a step is taken again, `samples`, `real`, `hidden` and
  `held`;
- `kept`, what the next program is spared; `progress`.
"""

from ..replay.operation import Op, Ref
from ..replay.record import replay
from ..replay.schedule import ScheduleError
from ..replay.shared import Mutex, Shared
from ..replay.table import as_text
from ..replay.trace import Place, Step, Trace, View
from .failure import Failure
from .races import Warning
from .reach import Graph, Outlook, Reach
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
