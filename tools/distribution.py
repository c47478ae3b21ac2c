"""A wheel and an sdist of what is committed, the same bytes each time.

python tools/distribution.py DIR   build both into DIR
python tools/distribution.py       also check that they may be released; then dist/ has them

`make release` runs the second. SOURCE_DATE_EPOCH is the time of the last commit.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import vmlesson

ROOT = Path(__file__).resolve().parents[1]


def git(*command: str) -> str:
    """What git prints."""
    done = subprocess.run(("git", *command), cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def problems() -> list[str]:
    """Why this tree cannot be released: a sentence each."""
    version, found = vmlesson.__version__, []
    if git("status", "--porcelain"):
        found.append("the tree has changes that are not committed: commit them")
    newest = re.search(
        r"^## (\S+)", ROOT.joinpath("CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    if newest is None or newest[1] != version:
        found.append(f"CHANGELOG.md does not begin with {version}: write what is new in it")
    cited = re.search(
        r"^version: (\S+)", ROOT.joinpath("CITATION.cff").read_text(encoding="utf-8"), re.M
    )
    if cited is None or cited[1] != version:
        found.append(f"CITATION.cff has another version than {version} of vmlesson/__init__.py")
    if f"v{version}" in git("tag").split():
        found.append(f"v{version} is a tag already: raise __version__ in vmlesson/__init__.py")
    return found


def build(directory: Path) -> dict[str, str]:
    """Build both into ``directory``: their names, and their SHA-256.

    From a copy of what is committed: hatchling forgets what git ignores in a tree below a
    folder that git would ignore here, such as work/, and packs caches and links with it.
    """
    tree = subprocess.run(("git", "archive", "HEAD"), cwd=ROOT, capture_output=True, check=True)
    with tempfile.TemporaryDirectory() as copy:
        subprocess.run(("tar", "--extract", "--directory", copy), input=tree.stdout, check=True)
        subprocess.run(
            (sys.executable, "-m", "build", "--no-isolation", "--outdir", directory, copy),
            env=os.environ | {"SOURCE_DATE_EPOCH": git("log", "-1", "--format=%ct")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    made = sorted(directory.glob("vmlesson-*"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made}


def release() -> int:
    """Check, build twice, compare: the exit status."""
    found = problems()
    if not found:
        with tempfile.TemporaryDirectory() as other:
            first, second = build(ROOT / "dist"), build(Path(other))
        found = [
            f"{name} differs from build to build" for name in second if first[name] != second[name]
        ]
    for sentence in found:
        print(f"vmlesson: {sentence}", file=sys.stderr)
    if not found:
        for name, digest in second.items():
            print(digest, f"dist/{name}")
        print(f"Now tag it: git tag v{vmlesson.__version__}")
    return bool(found)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            sys.exit(release())
        case [out] if not out.startswith("-"):
            build(Path(out))
        case _:
            sys.exit(__doc__)
