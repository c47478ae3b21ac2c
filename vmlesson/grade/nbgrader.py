"""The judge in nbgrader's own pipeline: ``nbgrader autograde`` asks it, and runs nobody's code.

``nbgrader_config.py`` puts these in place of what nbgrader does.  `AsReleased` mends the notebook
that was handed in: whatever became of its cells, those of the exercise have nbgrader's marks.
`Judge` takes the place of Execute: it gives the graded cell the points, and shows why.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from .classroom import grade_one
from .collect import collect
from .exercises import find_exercise
from .submission import read
from .verdict import UNFINISHED

new_output: Any = v4.new_output
read_notebook: Any = nbformat.read


class AsReleased(NbGraderPreprocessor):  # type: ignore[misc]
    """Marks the cells of an exercise as they were released; nothing else of nbgrader's stays."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook without outputs; a graded cell that is missing is put at its end."""
        exercise = resources["nbgrader"]["assignment"]
        course = CourseDirectory(config=self.config)
        place = course.format_path(course.release_directory, ".", exercise)
        released = read_notebook(Path(place) / f"{exercise}.ipynb", as_version=4)
        marked = {cell.metadata.nbgrader.grade_id: cell for cell in released.cells}
        for cell in nb.cells:
            mine = cell.metadata.pop("nbgrader", None)
            known = marked.get(mine.get("grade_id")) if isinstance(mine, dict) else None
            if known is not None and known.cell_type == cell.cell_type:
                cell.metadata.nbgrader = marked.pop(mine["grade_id"]).metadata.nbgrader
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nb.cells += [cell for cell in marked.values() if cell.metadata.nbgrader.grade]
        return nb, resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Judges what was handed in, as ``vmlesson grade`` does."""

    seconds = Integer(20, help="seconds to wait for the code of a submission").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The notebook with the points, and what is to be said, at its graded cell.

        Raises:
            RuntimeError: there is no verdict; nbgrader goes on, says so, and tries again next time.
        """
        whose = resources["nbgrader"]
        exercise = find_exercise(whose["assignment"])
        course = CourseDirectory(config=self.config)
        place = course.format_path(course.submitted_directory, whose["student"], exercise.name)
        submission = read(Path(place) / f"{whose['notebook']}.ipynb")
        row = grade_one(exercise.name, submission, self.seconds)
        if row["outcome"] == UNFINISHED:
            raise RuntimeError(f"unfinished: {row['sentence']}")
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                shown = {"text/html": row["body"], "text/plain": row["text"]}
                points = {"text/plain": str(float(row["points"]))}
                cell.outputs = [
                    new_output("display_data", shown),
                    new_output("execute_result", points, execution_count=1),
                ]
        return nb, resources


def under_its_name(assignment: str, student: str, notebooks: Sequence[str]) -> None:
    """Before nbgrader looks: a notebook of another name is copied to the one that it looks for."""
    for folder in {Path(notebook).parent for notebook in notebooks}:
        wanted = folder / f"{assignment}.ipynb"
        if os.path.lexists(wanted):  # a link that leads nowhere would be written through
            continue
        tasks = collect(find_exercise(assignment), [folder], learner=student)
        if len(tasks) == 1 and not tasks[0].refused and isinstance(notebooks, list):
            shutil.copyfile(tasks[0].path, wanted, follow_symlinks=False)
            notebooks.append(str(wanted))
