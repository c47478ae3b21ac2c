"""What a chapter needs beside the model: questions, levels to play, and an ending.

    from vmlesson.learn import predict, finish, level

Importing it in a notebook also lets a cell that was run too early say which one to run first.
"""

from . import startup as startup
from .capstone import your_linux
from .card import card
from .course import CHAPTERS, Chapter, course_map, finish
from .player import ladder, level
from .quiz import Prediction, predict

# fmt: off
__all__ = [
    "CHAPTERS", "Chapter", "Prediction", "card", "course_map", "finish", "ladder", "level",
    "predict", "your_linux",
]
# fmt: on
