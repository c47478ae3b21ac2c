"""`vmlesson lab` really starts JupyterLab on the copy, and takes it down with itself."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="ends the server by SIGTERM"),
]


def test_prints_its_address_serves_the_copy_and_ends(
    tmp_path: Path, jupyter_environment: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "vmlesson", "lab", "copy", "--no-browser"]
        lab = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=tmp_path,
            env=jupyter_environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = wait_for_address(lab, log)
        base, token = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+)/lab\S*\?token=(\w+)", address
        ).groups()
        assert base.endswith(f":{port}")

        def get(path: str) -> dict:
            with urllib.request.urlopen(f"{base}{path}?token={token}", timeout=30) as answer:
                return json.load(answer)

        served = {entry["name"] for entry in get("/api/contents")["content"]}
        assert served == {p.name for p in (tmp_path / "copy").iterdir() if p.name[0] != "."}
        settings = get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
        assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
    finally:
        lab.send_signal(signal.SIGTERM)
        lab.wait(timeout=60)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the server outlived the command"


def wait_for_address(lab: subprocess.Popen, log: Path) -> str:
    """The address that the command printed, once it answers."""
    for _ in range(240):
        found = re.search(r"http://127\.0\.0\.1\S+token=\w+", log.read_text(encoding="utf-8"))
        if found:
            return found[0]
        assert lab.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.5)
    raise AssertionError(f"no address within two minutes\n{log.read_text(encoding='utf-8')}")
