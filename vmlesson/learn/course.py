"""The course as data: its chapters in order, and what the learner has done of each."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..errors import UserError
from ..progress import Progress
from .html import Html
from .map import draw
from .quiz import HERE, questions


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Attributes:
        number: two digits; "start" for the first.
        title: as in its first line.
        notebook: its file, in notebooks/.
        minutes: to read it, run it and answer its questions, its exercises not counted.
        afternoon: whether it is on the afternoon path; otherwise it is "further".
        exercises: the names of its exercises, in exercises/; those on the path first.
    """

    number: str
    title: str
    notebook: str
    minutes: int
    afternoon: bool
    exercises: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """The names of its questions."""
        there = (HERE / "questions" / f"{self.number}.toml").is_file()
        return tuple(questions(self.number)) if there else ()


CHAPTERS = (
    Chapter("start", "Lose it", "00-lose-it", 10, True),
    Chapter("00", "The page that got lost", "00-the-page-that-got-lost", 13, True),
    Chapter("01", "Interleavings", "01-interleavings", 24, True),
    Chapter("02", "Pages, ptes, vmas", "02-pages-ptes-vmas", 30, False, ("vma_address",)),
    Chapter("03", "anon_vma and its chains", "03-anon-vma-and-its-chains", 36, True),
    Chapter(
        "04", "rmap_walk and migration", "04-rmap-walk-and-migration", 35, True, ("rmap_walk",)
    ),
    Chapter("05", "mremap", "05-mremap", 25, True, ("count_the_calls",)),
    Chapter("06", "First race: the peek", "06-the-peek", 25, False, ("pte_peek",)),
    Chapter(
        "07",
        "Second race: the order",
        "07-the-order",
        40,
        True,
        ("moveto_tail", "call_site", "break_it"),
    ),
    Chapter("08", "Third race: the way back", "08-the-way-back", 28, True, ("error_path",)),
    Chapter("09", "How do you know?", "09-how-do-you-know", 30, False),
    Chapter("10", "The debate", "10-the-debate", 45, False),
    Chapter("11", "What it costs", "11-what-it-costs", 25, False),
    Chapter("12", "On your own kernel", "12-on-your-own-kernel", 25, False),
    Chapter("13", "What came next", "13-what-came-next", 35, False, ("rmap_locks",)),
    Chapter("14", "January 2026", "14-january-2026", 20, False),
    Chapter("15", "The race on a real kernel", "15-the-race-on-a-real-kernel", 24, False),
)


def chapter(number: str) -> Chapter:
    """The chapter of that number ("01").

    Raises:
        UserError: there is none.
    """
    for each in CHAPTERS:
        if each.number == number:
            return each
    raise UserError(f"there is no chapter {number!r}; there are start, 00 to {CHAPTERS[-1].number}")


@dataclass(frozen=True)
class Done:
    """What a learner has done of a chapter: counts of its questions, and its exercises."""

    chapter: Chapter
    read: bool
    asked: int
    predicted: int
    right: int
    passed: tuple[str, ...]

    def __str__(self) -> str:
        if not self.predicted:
            return ""
        return f"{self.predicted} of {self.asked} predictions made, {self.right} of them right"


def done(each: Chapter, progress: Progress) -> Done:
    """What `progress` says of a chapter."""
    predictions, exercises = progress.entries("predictions"), progress.entries("exercises")
    answers = [predictions[name] for name in each.questions if name in predictions]
    return Done(
        chapter=each,
        read=each.number in progress.entries("chapters"),
        asked=len(each.questions),
        predicted=len(answers),
        right=sum(bool(answer.get("guess", answer.get("right"))) for answer in answers),
        passed=tuple(name for name in each.exercises if exercises.get(name, {}).get("passed")),
    )


def finish(number: str) -> Html:
    """Note that the end of a chapter was reached; what was predicted, and where to go next."""
    here = chapter(number)
    progress = Progress()
    progress.note("chapters", number)
    said = [f"That was chapter {number}, {here.title.rstrip('?')}."]
    state = done(here, progress)
    if state.predicted:
        said.append(f"{state}.")
    later = CHAPTERS[CHAPTERS.index(here) + 1 :]
    links = [("All chapters, and your progress", "index.ipynb")]
    following = [("Next", later[0])] if later else []
    if later and not later[0].afternoon:
        path = next((each for each in later if each.afternoon), None)
        following += [("Next on the afternoon path", path)] if path else []
    for label, each in reversed(following):
        links.insert(0, (f"{label}: {each.number} {each.title}", f"{each.notebook}.ipynb"))
    links = [(label, target) for label, target in links if Path(target).exists()]
    text = " ".join(said)
    html = " · ".join(f'<a href="{escape(to)}">{escape(label)}</a>' for label, to in links)
    return Html(f"<p>{escape(text)}</p><p>{html}</p>", text)


def progress_table(progress: Progress | None = None) -> Html:
    """The learner's progress: a row for each chapter."""
    progress = progress or Progress()
    rows, lines = [], []
    for each in CHAPTERS:
        state = done(each, progress)
        exercises = [f"{name} {'✓' if name in state.passed else '○'}" for name in each.exercises]
        cells = [
            f"{each.number} {each.title}",
            "✓" if state.read else "",
            f"{state.predicted} of {state.asked}, {state.right} right" if state.predicted else "",
            ", ".join(exercises),
        ]
        head, *rest = map(escape, cells)
        head = f'<a href="{each.notebook}.ipynb">{head}</a>'
        left = 'style="text-align: left"'
        rows.append(
            f'<tr><th scope="row" {left}>{head}</th>'
            + "".join(f"<td {left}>{cell}</td>" for cell in rest)
            + "</tr>"
        )
        lines.append("  ".join(cell for cell in cells if cell))
    names = ("chapter", "read", "predictions", "exercises")
    head = "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in names)
    where = f"kept in {progress.path.name}, beside the folder notebooks, and nowhere else"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return Html(f"{table}<p>{escape(where)}</p>", "\n".join([*lines, where]))


def course_map(progress: Progress | None = None) -> Html:
    """Where to go on, and the chapters as a picture: what is on the path, what has been read."""
    progress = progress or Progress()
    drawn = draw([done(each, progress) for each in CHAPTERS])
    read = progress.entries("chapters")
    each = next((each for each in CHAPTERS if each.afternoon and each.number not in read), None)
    passed = len(progress.entries("levels"))
    links = [(f"Go on: {each.number} {each.title}", f"{each.notebook}.ipynb")] if each else []
    links.append((f"The ladder, {passed} levels passed", "ladder.ipynb"))
    html = " · ".join(f'<a href="{to}">{escape(label)}</a>' for label, to in links)
    words = " · ".join(label for label, _ in links)
    return Html(f"<p>{html}</p>{drawn.html}", f"{words}\n{drawn.text}")
