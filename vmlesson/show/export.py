"""A stepper as one HTML file that opens from disk, with no network, no kernel and no Python."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from ..errors import UserError
from ..explore import explore, replay
from ..files import refuse_existing, replace_file
from ..policy import policy
from ..scenarios import find, scenarios
from .stepper import MODULE, document_of, of_trace

STYLE = "html, body { margin: 0; height: 100%; } noscript { font: 18px sans-serif; }"
START = r"""
const data = document.getElementById("document").textContent;
// The address names the step: #16 opens there, and is what one sends to another.
const moved = (at) => history.replaceState(null, "", `#${at}`);
const host = document.getElementById("stepper");
const stepper = mount(host, JSON.parse(data), { page: true, moved });
const named = () => /^#\d+$/.test(location.hash) && stepper.go(Number(location.hash.slice(1)));
addEventListener("hashchange", named);
named();
stepper.root.focus({ preventScroll: true });
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="stepper"></main>
<noscript>{text}</noscript>
<script type="application/json" id="document">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def page(document: dict[str, Any]) -> str:
    """The text of a page that shows a stepper's document.  It is the same for the same document."""
    script = MODULE.read_text(encoding="utf-8") + START
    return PAGE.format(
        policy=policy(script, STYLE),
        title=escape(document["title"] or "A recorded run"),
        style=STYLE,
        text=f"<pre>{escape(document['text'])}</pre>",
        data=as_json(document),
        script=script,
    )


def as_json(document: dict[str, Any]) -> str:
    """A document as the text of a script element: no text in it can end the script."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def write_page(document: dict[str, Any], path: Path, force: bool = False) -> Path:
    """Write the page of a document; its path.

    Raises:
        UserError: something is there already, and `force` is not given; it cannot be written.
    """
    refuse_existing(path, force)
    try:
        replace_file(path, page(document).encode())
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    return path


def export(
    name: str,
    path: str | Path,
    *,
    release: str = "v3.2",
    pages: int | None = None,
    walkers: int | None = None,
    form: str | None = None,
    drive: bool = False,
    force: bool = False,
) -> Path:
    """Write a scenario of the catalogue as a page.

    The run with the fewest preemptions that fails; where none does, the one in which every CPU runs
    to its end in turn.  With `drive`, a page in which the reader chooses who goes next.

    Raises:
        UserError: unknown scenario, form or release; something is at `path` already, and `force` is
            not given; with `drive`, too many states for a page.
    """
    refuse_existing(Path(path), force)  # before the work, not after
    forms = scenarios(name, pages, walkers, form)
    if drive:
        from .drive import Drive

        return Drive(name, release, pages=pages, walkers=walkers, form=form).to_html(path, force)
    results = {
        label: explore(each, release=release).in_form(label) for label, each in forms.items()
    }
    failures = [failure for result in results.values() for failure in result.failures]
    title = f"{find(name).name} on Linux {release}"
    if failures:
        failure = min(failures, key=lambda each: each.cost)
        said = " · ".join(part for part in (title, failure.form) if part)
        document = document_of(failure.program, failure.trace(), said)
    else:
        label, scenario = next(iter(forms.items()))
        said = " · ".join(part for part in (title, label) if part)
        document = of_trace(replay(scenario.program(release=release)), said)
    return write_page(document, Path(path), force)
