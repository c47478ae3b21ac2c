"""What a page that needs nothing else may run and load: nothing but what is named in its head."""

from __future__ import annotations

import base64
import hashlib


def policy(script: str = "") -> str:
    """The Content-Security-Policy of a page with one script, and any inline style."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    scripts = f"'sha256-{digest}'" if script else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
