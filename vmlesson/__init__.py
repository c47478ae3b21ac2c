"""How Linux maps anonymous memory, 3.0 to today: a model that boots in a notebook cell."""

__version__ = "0.2.0"
