"""Who goes next: one schedule, all schedules, a recorded run."""

from .dpor import explore
from .result import Failure, Result, Warning
from .shared import Mutex, Shared

__all__ = ["Failure", "Mutex", "Result", "Shared", "Warning", "explore"]
