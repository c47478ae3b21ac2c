"""The course as data: its chapters in order, and what the learner has done of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError
from ..progress import Entries, Progress
from .html import Html, exercise, link, table
from .quiz import HERE, questions

STATION = (
    "display: inline-block; width: 1em; height: 1em; line-height: 1em; text-align: center; "
    "border: 3px solid #0072b2"
)
READ = "; background: #f0e442; color: #000000"


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

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def file(self) -> str:
        """Its notebook's file, beside the others."""
        return f"{self.notebook}.ipynb"

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


def predicted(each: Chapter, answers: Entries) -> str:
    """How many of a chapter's questions were answered, and of those how many rightly at first."""
    given = [answers[name] for name in each.questions if name in answers]
    right = sum(bool(answer.get("guess", answer.get("right"))) for answer in given)
    asked = len(each.questions)
    return f"{len(given)} of {asked} predictions made, {right} of them right" if given else ""


def finish(number: str) -> Html:
    """Note that the end of a chapter was reached; what was predicted, and where to go next."""
    here = chapter(number)
    progress = Progress()
    progress.note("chapters", number)
    said = f"That was {number} · {here.title}{'' if here.title.endswith('?') else '.'}"
    if guesses := predicted(here, progress.entries("predictions")):
        said += f" {guesses}."
    later = CHAPTERS[CHAPTERS.index(here) + 1 :]
    path = [each for each in later if each.afternoon]
    ways = [(f"Next: {each}", each.file) for each in later[:1]]
    if path and path[0] is not later[0]:
        ways.insert(0, (f"Next on the afternoon path: {path[0]}", path[0].file))
    ways.append(("All chapters, and your progress", "index.ipynb"))
    links = [link(label, to) for label, to in ways if Path(to).exists()]
    return Html(f"<p>{said}</p><p>{' · '.join(links)}</p>", said)


def course_map() -> Html:
    """Where to go on, and a line for each chapter: what is on the path, what has been done."""
    progress = Progress()
    read, passed = progress.entries("chapters"), progress.entries("exercises")
    answers = progress.entries("predictions")
    rows, lines = [], []
    for each in CHAPTERS:
        done = {
            name: f"\u00a0{'✓' if passed.get(name, {}).get('passed') else '○'}"
            for name in each.exercises
        }
        said = [f"{each.minutes}\u00a0min", predicted(each, answers)]
        links = ", ".join(exercise(name) + mark for name, mark in done.items())
        tick = "✓" if each.number in read else ""
        style = STATION + "; border-radius: 50%" * each.afternoon + READ * bool(tick)
        station = f'<span style="{style}">{tick}</span>'
        rows.append([station, link(str(each), each.file), *said, links])
        names = ", ".join(map("".join, done.items()))
        lines.append("  ".join(filter(None, [tick or " ", str(each), *said, names])))
    path = [each for each in CHAPTERS if each.afternoon]
    ways = [(f"Go on: {each}", each.file) for each in path if each.number not in read][:1]
    ways = ways or [("At the end of the path: your Linux 3.3", "your-linux.ipynb")]
    ways.append((f"The ladder; levels passed: {len(progress.entries('levels'))}", "ladder.ipynb"))
    line = sum(each.minutes for each in path)
    where = (
        f"Round: the afternoon path, {line} minutes. Kept in {progress.path.name}, beside the "
        "folder notebooks, and nowhere else."
    )
    html = " · ".join(link(label, to) for label, to in ways)
    return Html(
        f"<p>{html}</p>{table(rows)}<p>{where}</p>",
        "\n".join([" · ".join(label for label, _ in ways), *lines, where]),
    )
