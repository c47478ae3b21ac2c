"""The whole course as a static site that needs no server and no installation.

python tools/build_site.py [DIR]     build it (build/site)
python tools/build_site.py --pin     take new versions from outside: write site/pins.json

A landing page; the chapters, executed, to be read; and JupyterLite with Pyodide, in which they run.
Everything comes from this tree, from the installed packages, or from what site/pins.json names with
its checksum; no file of the site asks another host for anything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from base64 import b64decode
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "site"
PINS = SOURCES / "pins.json"
CACHE = ROOT / "build" / "site-cache"

PYODIDE = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "package.json",
)
FROM_PYODIDE = ("micropip", "packaging", "ipython", "jedi", "pygments", "typing-extensions")
"""What the kernel of JupyterLite needs; with what that needs, as Pyodide's own lock says."""
FROM_INDEX = ("comm", "ipywidgets", "jupyterlab-widgets", "anywidget", "psygnal", "graphviz")


OF_KERNEL = ("ipykernel", "piplite", "pyodide-kernel")
"""Wheels that JupyterLite's kernel brings; named in the lock, they are there at once."""
TYPES = r"^jedi/third_party/(django-stubs|typeshed/(stdlib/2|third_party/(2|2and3)))/"
UNUSED = re.compile(rf"/tests?/|/labextensions?/|{TYPES}")
"""Files of wheels that no tab asks for."""

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}


# ------------------------------------------------------------------------ what comes from outside


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm(name: str, version: str) -> Path:
    """A package of npm's, as its archive in the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    found = CACHE / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not found.exists():
        said = ("npm", "pack", "--silent", "--pack-destination", CACHE, f"{name}@{version}")
        subprocess.run(said, check=True, stdout=subprocess.DEVNULL)
    return found


def wheel(name: str, version: str) -> Path:
    """A wheel of pure Python, in the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '[-_]')}-{version}-*.whl"
    if not list(CACHE.glob(stem)):
        pure = ("--implementation", "py", "--abi", "none", "--platform", "any")
        command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
        only = ("--only-binary=:all:", "--python-version", "3.14", *pure, "--dest", CACHE)
        subprocess.run((*command, *only, f"{name}=={version}"), check=True)
    return next(CACHE.glob(stem))


def taken(pins: dict[str, Any], kind: str) -> dict[str, Path]:
    """What is pinned of a kind ("npm" or "wheels"), fetched, and held to its checksum."""
    found = {}
    for name, pin in pins[kind].items():
        path = npm(name, pin["version"]) if kind == "npm" else wheel(name, pin["version"])
        if digest(path) != pin["sha256"]:
            path.unlink()
            raise SystemExit(f"{name} {pin['version']} is not what site/pins.json names: try again")
        found[name] = path
    return found


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """A file in an archive."""
    found = archive.extractfile(name)
    assert found is not None
    return found.read()


def pin() -> None:
    """Write site/pins.json."""
    wanted = json.loads(PINS.read_text(encoding="utf-8"))["npm"]
    pins: dict[str, Any] = {"npm": {}, "wheels": {}}
    for name, old in wanted.items():
        pins["npm"][name] = {"version": old["version"], "sha256": digest(npm(name, old["version"]))}
    with tarfile.open(npm("pyodide", wanted["pyodide"]["version"])) as archive:
        lock = json.loads(member(archive, "package/pyodide-lock.json"))
    text = ROOT.joinpath("constraints.txt").read_text(encoding="utf-8")
    ours = {
        name.replace("_", "-"): version
        for name, version in re.findall(r"^([\w-]+)==([\w.]+)", text, re.M)
    }
    todo, versions = list(FROM_PYODIDE), {name: ours[name] for name in FROM_INDEX}
    while todo:
        name = todo.pop().replace("_", "-")
        if name not in versions:
            versions[name] = lock["packages"][name]["version"]
            todo += lock["packages"][name]["depends"]
    for name, version in sorted(versions.items()):
        pins["wheels"][name] = {"version": version, "sha256": digest(wheel(name, version))}
    PINS.write_text(json.dumps(pins, indent=2) + "\n", encoding="utf-8")


# --------------------------------------------------------------------------- Python in the browser


def own_wheel() -> Path:
    """The wheel of this package."""
    out = ROOT / "build" / "site-wheel"
    shutil.rmtree(out, ignore_errors=True)
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(out.glob("*.whl"))


def kernel_wheels() -> dict[str, Path]:
    """The wheels that JupyterLite's kernel brings; named in the lock, they need no installation."""
    found = {}
    for file in metadata.files("jupyterlite-pyodide-kernel") or ():
        name = file.name.split("-")[0].replace("_", "-")
        if file.match("static/pypi/*.whl") and name in OF_KERNEL:
            found[name] = Path(file.locate())
    return found


def rewritten(archive: Path, target: Path, made: dict[str, bytes]) -> None:
    """A wheel, or the standard library, without what no tab asks for, and with more files.

    Where a .pyc comes to stand beside its source, it takes its place.
    """
    with zipfile.ZipFile(archive) as old:
        kept = {
            name: old.read(name)
            for name in old.namelist()
            if not name.endswith("/") and not UNUSED.search(name) and f"{name}c" not in made
        }
    with zipfile.ZipFile(target, "w", compresslevel=9) as new:
        for name, content in (kept | made).items():
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def pyodide(lite: Path, pins: dict[str, Any]) -> None:
    """Pyodide's core, every wheel, and a lock that names just these; with bytecode."""
    home = lite / "static" / "pyodide"
    home.mkdir(parents=True)
    archives = taken(pins, "npm")
    with tarfile.open(archives["pyodide"]) as archive:
        known = json.loads(member(archive, "package/pyodide-lock.json"))
        for name in PYODIDE:
            home.joinpath(name).write_bytes(member(archive, f"package/{name}"))
    wheels = taken(pins, "wheels") | kernel_wheels() | {"vmlesson": own_wheel()}
    files = {name: home / path.name for name, path in wheels.items()}
    for name, path in wheels.items():
        rewritten(path, files[name], {})
    lock(home, known, files)
    command = ("node", ROOT / "tools/pyodide.mjs", home, ROOT / "tools/bytecode.py")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    for path in (*files.values(), home / "python_stdlib.zip"):
        with zipfile.ZipFile(path) as archive:
            here = set(archive.namelist())
        codes = {cached: b64decode(code) for name, cached, code in made if name in here}
        rewritten(path, path, codes)
    lock(home, known, files)


def lock(home: Path, known: dict[str, Any], wheels: dict[str, Path]) -> None:
    """Pyodide's lock, which names all that there is."""
    packages = {
        name: {
            "name": name,
            "version": path.name.split("-")[1],
            "file_name": path.name,
            "sha256": digest(path),
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
            "imports": known["packages"].get(name, {}).get("imports", [name.replace("-", "_")]),
            "depends": known["packages"].get(name, {}).get("depends", []),
        }
        for name, path in wheels.items()
    }
    text = json.dumps({"info": known["info"], "packages": packages})
    (home / "pyodide-lock.json").write_text(text, encoding="utf-8")


BEGINS = "await import("
BEFORE = "await import('../before.js');\n        "
"""Where a page of JupyterLite begins, and what is done before: see site/before.js."""


def written(path: Path) -> str:
    """What people write in a file of the course, as site/newer.js has it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(text)["cells"]]
    kept = [cell for cell in cells if cell[1].strip()]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def lite(out: Path, pins: dict[str, Any]) -> None:
    """JupyterLite, with the course in it."""
    from vmlesson.lab import course_files

    source = ROOT / "build" / "site-lite"
    shutil.rmtree(source, ignore_errors=True)
    pyodide(source, pins)
    course = {}
    for name, path in course_files().items():
        target = source / "content" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
        if path.suffix == ".ipynb":  # else JupyterLite asks which kernel is meant
            notebook = json.loads(path.read_text(encoding="utf-8"))
            notebook["metadata"] |= {"kernelspec": KERNEL, "language_info": {"name": "python"}}
            target.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
        course[name] = hashlib.sha256(written(target).encode()).hexdigest()
    settings = ROOT / "vmlesson" / "jupyter_config" / "labconfig" / "default_setting_overrides.json"
    shutil.copy(settings, source / "overrides.json")
    preload = [*pins["wheels"], *OF_KERNEL, "vmlesson"]
    options = {"packages": preload, "lockFileURL": "./static/pyodide/pyodide-lock.json"}
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": options}
    config = {
        "appName": "vmlesson",
        "disabledExtensions": ["@jupyter/nbgrader"],
        "enableServiceWorkerCache": False,  # site/service-worker.js keeps everything
        "exposeAppInBrowser": True,  # for site/before.js
        "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
    }
    text = {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}
    (source / "jupyter-lite.json").write_text(json.dumps(text, indent=2), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    command = (sys.executable, "-m", "jupyter", "lite", "build", "--no-sourcemaps")
    apps = ("--apps", "lab", "--apps", "notebooks")
    where = ("--contents", source / "content", "--output-dir", out)
    done = subprocess.run((*command, *apps, *where), cwd=source, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"jupyter lite build failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    (out / "course.json").write_text(json.dumps(course), encoding="utf-8")
    for name in ("before.js", "lacking.js", "newer.js"):
        shutil.copy(SOURCES / name, out)
    for app in ("lab", "notebooks"):
        page = out / app / "index.html"
        text = page.read_text(encoding="utf-8")
        assert text.count(BEGINS) == 1
        page.write_text(text.replace(BEGINS, f"{BEFORE}{BEGINS}"), encoding="utf-8")


# -------------------------------------------------------------------------------- pages to be read


def prose(text: str) -> str:
    """A text of a question, with its `code` set off, as the notebook shows it."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def question(state: dict[str, Any]) -> str:
    """A question of a chapter, with the replies to be unfolded."""
    from vmlesson.learn.quiz import find

    asked = find(state["question"]["name"])
    choices = asked.options or ("right", "otherwise")
    answers = zip(choices, asked.replies, strict=True)
    replies = "".join(f"<dt>{prose(c)}</dt><dd>{prose(reply)}</dd>" for c, reply in answers)
    return (
        f'<div class="question"><p><b>Predict.</b> {prose(asked.ask)}</p>'
        f"<details><summary>A reply to each answer</summary><dl>{replies}</dl></details></div>"
    )


def write(
    path: Path,
    template: str,
    title: str,
    documents: list[dict[str, Any]],
    script: str = "",
    **values: Any,
) -> None:
    """Write a page with steppers: its script is in it, or a file of the site."""
    from markupsafe import Markup

    from vmlesson.show import pages

    policy = pages.policy(script)
    if not script:
        policy = policy.replace("script-src 'none'", "script-src 'self'")
    style = (SOURCES / "site.css").read_text(encoding="utf-8")
    values |= {"title": title, "documents": documents, "policy": policy}
    values |= {"script": Markup(script), "style": Markup(style)}
    path.write_text(pages.fill(template, SOURCES, **values), encoding="utf-8")


def module(*scripts: str) -> str:
    """The steppers' module, and scripts of the site that use it."""
    from vmlesson.show.stepper import MODULE

    sources = [MODULE, *(SOURCES / name for name in scripts)]
    return "\n".join(source.read_text(encoding="utf-8") for source in sources) + "\nchapter();\n"


RUN = "../lab/index.html?path="
LINKS = (
    (r'href="(\d\d-[\w-]+)\.ipynb', r'href="\1.html'),
    (r'href="\.\./exercises/([^"#]+)"', rf'href="{RUN}exercises/\1"'),
    (r'href="([\w-]+\.(?:ipynb|md))(#[^"]*)?"', rf'href="{RUN}notebooks/\1"'),
)
"""Where a chapter's links lead: to chapters that are read, and to the rest, which runs."""


def chapters(out: Path) -> list[tuple[str, str]]:
    """The chapters as pages in ``read/``: (name, title) of each, in order."""
    import nbformat
    from markupsafe import Markup

    from vmlesson.show import deck, slides

    class Page(deck.Deck):
        """An executed notebook, from its first cell to its last."""

        def output(self, output: Any) -> str:
            """As in a deck; and a question that is not a stepper."""
            data = getattr(output, "data", {})
            if deck.WIDGET in data and "image/svg+xml" not in data:
                widgets = self.notebook.metadata.widgets[deck.WIDGETS]["state"]
                state = widgets[data[deck.WIDGET]["model_id"]]["state"]
                if "question" in state:
                    return question(state)
                drive = (state.get("doc") or {}).get("drive")
                if drive and not drive["whole"]:
                    return '<p class="said">This race can be driven where Python runs.</p>'
            return super().output(output)

        def whole(self) -> str:
            """All cells."""
            cells = enumerate(self.notebook.cells, 1)
            return "\n".join(part for number, cell in cells for part in self.cell(number, cell))

    (out / "read").mkdir()
    (out / "read" / "stepper.js").write_text(module(), encoding="utf-8")
    found = []
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        page = Page(slides.execute(notebook, path.name), path.parent)
        body = page.whole()
        for pattern, where in LINKS:
            body = re.sub(pattern, where, body)
        title = next(cell.source for cell in notebook.cells).splitlines()[0].lstrip("# ")
        target, run = out / "read" / f"{path.stem}.html", f"{RUN}notebooks/{path.name}"
        write(target, "chapter.html", title, page.documents, run=run, body=Markup(body))
        found.append((path.stem, title))
    return found


def landing(out: Path, found: list[tuple[str, str]]) -> None:
    """The first page, and the race that is played in it."""
    from markupsafe import Markup

    from vmlesson.show import Drive

    drive = Drive("merge-order", "v3.2", pages=1, form="above, one batch", title="Lose the page")
    first = out / "index.html"
    config = re.search(  # which every page of JupyterLite reads out of the first one
        r'<script[^>]*id="jupyter-config-data".*?</script>', first.read_text("utf-8"), re.S
    )
    assert config is not None
    write(
        first,
        "landing.html",
        "The page that Linux could lose",
        [drive.doc],
        script=module("lacking.js", "landing.js"),
        chapters=found,
        config=Markup(config[0]),
    )


def offline(out: Path) -> None:
    """The service worker, and the list of all that it keeps."""
    (out / "service-worker.js").rename(out / "lite-service-worker.js")
    files = sorted(
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file() and path.suffix != ".map"
    )
    version = hashlib.sha256("".join(digest(out / name) for name in files).encode()).hexdigest()
    worker = (SOURCES / "service-worker.js").read_text(encoding="utf-8")
    worker = worker.replace("@VERSION@", version[:16]).replace('["@FILES@"]', json.dumps(files))
    (out / "service-worker.js").write_text(worker, encoding="utf-8")


def build(out: Path) -> None:
    """Everything."""
    pins = json.loads(PINS.read_text(encoding="utf-8"))
    lite(out, pins)
    with tarfile.open(taken(pins, "npm")["@viz-js/viz"]) as archive:
        (out / "static" / "viz.js").write_bytes(member(archive, "package/dist/viz.js"))
    landing(out, chapters(out))
    fonts = [path for kind in ("svg", "eot", "ttf") for path in out.glob(f"build/*.{kind}")]
    for path in [*out.rglob("*.map"), *out.glob("rspack*"), *fonts]:
        path.unlink()  # for debuggers, for builders, and fonts of forms that no browser asks for
    offline(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}: {size / 1e6:.1f} MB; serve it: python -m http.server -d {out} --bind 127.0.0.1")


def main() -> None:
    """Build, or pin."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pin", action="store_true", help="write site/pins.json, build nothing")
    place = ROOT / "build" / "site"
    parser.add_argument("out", metavar="DIR", nargs="?", type=Path, default=place)
    options = parser.parse_args()
    out = options.out.resolve()
    ours = out.is_relative_to(place) or (out / "lite-service-worker.js").exists()
    if out.exists() and not ours and (not out.is_dir() or any(out.iterdir())):
        raise SystemExit(f"{out} would be replaced, and is not a site; name an empty directory")
    if shutil.which("npm") is None:
        raise SystemExit("vmlesson: the site takes Pyodide from npm: install it (Debian: npm)")
    if options.pin:
        pin()
    else:
        build(out)


if __name__ == "__main__":
    main()
