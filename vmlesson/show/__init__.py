"""Pictures: chains, tables, history, plots, and the stepper.

Importing this is light; what draws is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..replay.picture import picture
    from .before_after import history
    from .counts import growth
    from .drive import Drive
    from .graphs import chains
    from .knobs import Knobs
    from .plots import cost
    from .state_map import states
    from .stepper import Stepper
    from .strips import tables

# No home has the name of what lives there: importing it would put the module in its place.
_HOMES = {
    "chains": ".graphs",
    "tables": ".strips",
    "history": ".before_after",
    "cost": ".plots",
    "growth": ".counts",
    "picture": "..replay.picture",
    "states": ".state_map",
    "Stepper": ".stepper",
    "Drive": ".drive",
    "Knobs": ".knobs",
}

__all__ = ["Drive", "Knobs", "Stepper", "chains", "cost", "growth", "history", "picture", "states",
           "tables"]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
