"""Pictures: chains, tables, plots, and the stepper."""

from .drive import Drive
from .export import export
from .state import picture
from .stepper import Stepper

__all__ = ["Drive", "Stepper", "export", "picture"]
