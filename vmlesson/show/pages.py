"""Pages that need nothing but a browser: their templates, in which all text is escaped."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page that loads nothing: one script runs, any style does."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"'sha256-{digest}'" if script else "'none'"
    # Outputs bring pictures and styles of their own; as nothing may be loaded, a style can load
    # nothing either.
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; img-src data:; media-src data:"
    )


def render(
    template: str, title: str, *, script: str, style: str, folder: Path = TEMPLATES, **values: Any
) -> str:
    """A page, the same for the same values; all of `values` is escaped but what is `Markup`.

    Args:
        template: a file in `folder`, or in `vmlesson/show/templates`; it extends ``base.html``.
        script, style: the page's own.  No other script runs in it.
    """
    return fill(
        template,
        folder,
        title=title,
        policy=policy(script),
        script=Markup(script),
        style=Markup(style),
        **values,
    )


def fill(template: str, folder: Path = TEMPLATES, **values: Any) -> Markup:
    """A template filled in, as a part of a page."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(TEMPLATES)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["document"] = as_json
    return Markup(environment.get_template(template).render(values))


def as_json(document: dict[str, Any]) -> Markup:
    """A document as the text of a script element: no text in it can end the script."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
