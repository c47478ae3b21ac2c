"""Where text is shown, and what a console cannot show of it."""

import codecs
import io
import os
import shutil
import sys
import unicodedata

_PLAIN = {
    "→": "->", "←": "<-", "↑": "^", "↓": "v", "⇒": "=>", "…": "...", "×": "x", "·": ".", "•": "*",
    "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">=",
    "≠": "!=", "µ": "u", "✓": "ok", "✗": "X", "─": "-", "━": "-", "│": "|", "┃": "|", "█": "#",
}  # fmt: skip


def _transliterate(error: UnicodeError) -> tuple[str, int]:
    """What a codec puts for the characters it lacks: a look-alike, the bare letter, or ``?``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    plain = ""
    for char in error.object[error.start : error.end]:
        if unicodedata.category(char) != "Mn":  # an accent by itself goes without a trace
            letter = unicodedata.normalize("NFKD", char)[0]
            plain += _PLAIN.get(char) or (letter if letter.isascii() else "?")
    return plain, error.end


def printable(text: str, lines: bool = False) -> str:
    """A text from somebody else without what would steer a terminal; `lines` may stay."""
    return "".join(
        char if char.isprintable() or (lines and char == "\n") else ascii(char)[1:-1]
        for char in text
    )


def columns(most: int) -> int:
    """How wide a text may be: `most`, and in a terminal what there is room for."""
    return min(most, shutil.get_terminal_size().columns) if sys.stdout.isatty() else most


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this: ipykernel's, or in a browser's tab JupyterLite's."""
    return "ipykernel" in sys.modules or "pyodide_kernel" in sys.modules


def make_printable() -> None:
    """Let standard output and standard error take any text, whatever their encoding."""
    codecs.register_error("vmlesson.transliterate", _transliterate)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # whoever started this has closed it
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - as long as the process
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="vmlesson.transliterate")
