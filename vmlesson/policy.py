"""What a page that needs nothing else may run and load: nothing but what is named in its head."""

from __future__ import annotations

import base64
import hashlib


def digest(text: str) -> str:
    """The name by which a policy allows an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page with one script, and any inline style."""
    scripts = f"'{digest(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
