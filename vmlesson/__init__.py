"""How Linux 3.0 to 3.3 maps anonymous memory: a model that boots in a notebook cell."""

__version__ = "0.2.0"
