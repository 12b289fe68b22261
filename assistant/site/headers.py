"""Security headers of every response, and the content security policy of Gradio's pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_BASE = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
PLAIN_POLICY = f"{_BASE}; script-src 'self'; style-src 'self'"
_FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
_OURS = frozenset(name for name, _value in _FIXED) | {
    b"server",
    b"access-control-allow-origin",
    b"access-control-allow-credentials",
}


def common_headers(headers: Iterable[tuple[bytes, bytes]], path: str, tls: bool) -> list[tuple[bytes, bytes]]:
    """The headers of a response with ours; a policy that a page brings along is kept, everything else gets the strict one.

    Args:
        headers: as the page made them.
        path: what was asked for; only files with the hash of their content in their name may be kept by the browser.
        tls: whether TLS stands in front.
    """
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in _OURS]
    names = {name for name, _value in kept}
    kept += _FIXED
    if b"content-security-policy" not in names:
        kept.append((b"content-security-policy", PLAIN_POLICY.encode()))
    if path.startswith("/assets/"):
        kept = [(name, value) for name, value in kept if name != b"cache-control"]
        kept.append((b"cache-control", b"public, max-age=31536000, immutable"))
    elif b"cache-control" not in names:
        kept.append((b"cache-control", b"no-cache" if path.startswith(("/site/", "/static/", "/theme.css")) else b"no-store"))
    if tls:
        kept.append((b"strict-transport-security", b"max-age=31536000"))
    return kept


def gradio_policy(page: str) -> str:
    """The policy for a page of Gradio: inline scripts by their hash, so that nothing written into the page later runs.

    Gradio compiles the templates of its HTML component in the browser, so ``unsafe-eval`` cannot be left out; its components
    bring inline styles.
    """
    hashes = " ".join(sorted({f"'sha256-{_hash(script)}'" for script in _INLINE.findall(page)}))
    return f"{_BASE}; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
