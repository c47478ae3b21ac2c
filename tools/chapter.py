"""A chapter as one text file, to write it in an editor, and back.

    python tools/chapter.py text notebooks/01-interleavings.ipynb > 01.txt
    python tools/chapter.py notebook 01.txt notebooks/01-interleavings.ipynb
    python tools/chapter.py terms           # hover texts of all links to the glossary

In the text a cell begins with a line ``%% markdown ID`` or ``%% code ID``; the ids of the claims
that it makes may follow.  ``[[pte]]`` and ``[[pte|entries]]`` become links to the glossary.
"""

import json
import re
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
# No notebook: in one that is just being opened, JupyterLab does not find a heading.
GLOSSARY = NOTEBOOKS / "glossary.md"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
LINK = re.compile(r"\]\(glossary\.md#([^\s)]+)(?: \"[^\"]*\")?\)")
LONG = re.compile(r"\[([^\[\]]+)\]\(glossary\.md#([^\s)]+)(?: \"[^\"]*\")?\)")
SHORT = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def terms() -> dict[str, str]:
    """The first sentence of each of the glossary's entries, as plain text, by its heading."""
    found = {}
    for entry in re.split(r"^### ", GLOSSARY.read_text(encoding="utf-8"), flags=re.M)[1:]:
        heading, _, text = entry.partition("\n")
        sentence = re.split(r"(?<=\.)\s", text.strip(), maxsplit=1)[0]
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", sentence)
        found[heading.strip()] = re.sub(r"[*`]", "", " ".join(plain.split())).replace('"', "'")
    return found


def with_terms(text: str, known: dict[str, str]) -> str:
    """`text` with its links to the glossary written out."""
    text = SHORT.sub(lambda m: f"[{m[2] or m[1]}](glossary.md#{_anchor(m[1])})", text)

    def titled(link: re.Match[str]) -> str:
        title = next((known[name] for name in known if _anchor(name) == link[1]), "")
        return f"](glossary.md#{link[1]}" + (f' "{title}")' if title else ")")

    return LINK.sub(titled, text)


def _anchor(heading: str) -> str:
    return heading.replace(" ", "-")


def notebook(text: str, old: dict) -> str:
    """The notebook that a text describes; other metadata than claims is kept from the old one."""
    known, cells = terms() if GLOSSARY.exists() else {}, []
    before = {cell["id"]: cell for cell in old.get("cells", ())}
    for part in re.split(r"^%% ", text, flags=re.M)[1:]:
        head, _, source = part.partition("\n")
        kind, name, *claims = head.split()
        source = re.sub(r"^\\(?=\\*%% )", "", source.strip("\n"), flags=re.M)
        cell = {
            "cell_type": kind,
            "id": name,
            "metadata": metadata_of(before.get(name, {}), claims),
            "source": (with_terms(source, known) if kind == "markdown" else source).splitlines(
                True
            ),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        # In the order that it had, so that a change shows what has changed.
        order = [*before.get(name, ()), *sorted(cell)]
        cells.append({key: cell[key] for key in dict.fromkeys(order) if key in cell})
    metadata = old.get("metadata", METADATA)
    return as_json({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def metadata_of(cell: dict, claims: list[str]) -> dict:
    """The metadata of a cell with these claims, in the order that it had."""
    known = dict(cell.get("metadata", {}))
    if claims:
        return known | {"claims": claims}
    known.pop("claims", None)
    return known


def text_of(content: dict) -> str:
    """The text that describes a notebook."""

    def short(link: re.Match[str]) -> str:
        words, anchor = link.groups()
        return f"[[{words}]]" if _anchor(words) == anchor else f"[[{anchor}|{words}]]"

    parts = []
    for cell in content["cells"]:
        head = [cell["cell_type"], cell["id"], *cell["metadata"].get("claims", ())]
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            source = LONG.sub(short, source)
        # A line of the text that looks like the head of a cell is none.
        source = re.sub(r"^(?=\\*%% )", r"\\", source, flags=re.M)
        parts.append(f"%% {' '.join(head)}\n{source}\n")
    return "\n".join(parts)


def as_json(content: dict) -> str:
    """As JupyterLab writes it."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def refresh_terms() -> None:
    """Write the hover texts of all links to the glossary anew."""
    known = terms()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = with_terms("".join(cell["source"]), known).splitlines(True)
        path.write_text(as_json(content), encoding="utf-8")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["text", path]:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            sys.stdout.write(text_of(content))
        case ["notebook", source, path]:
            text = Path(source).read_text(encoding="utf-8")
            old = json.loads(Path(path).read_bytes()) if Path(path).exists() else {}
            Path(path).write_text(notebook(text, old), encoding="utf-8")
        case ["terms"]:
            refresh_terms()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
