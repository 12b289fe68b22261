"""How the site is reached: names it answers to, whether TLS stands in front; from the environment and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from assistant.settings import environment_values

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
UPLOAD_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the site is reached.

    Attributes:
        hosts: names and addresses that a browser may ask for (``Host`` header), without port; loopback is always among them.
        behind_tls: a proxy on this machine ends TLS in front: cookies are Secure, the proxy's ``X-Forwarded-*`` are believed.
        upload_bytes: largest upload.
    """

    hosts: frozenset[str] = LOOPBACK_NAMES
    behind_tls: bool = False
    upload_bytes: int = UPLOAD_BYTES


def site_options(host: str = "127.0.0.1", *, behind_tls: bool = False, environment: Mapping[str, str] | None = None) -> SiteOptions:
    """The options for a site that listens on ``host``; further names come from ASSISTANT_HOSTS, separated by commas."""
    values = environment_values(environment)
    named = {name.strip().strip("[]").lower() for name in values.get("ASSISTANT_HOSTS", "").split(",") if name.strip()}
    own = set() if is_everywhere(host) else {host.strip("[]").lower()}
    return SiteOptions(hosts=frozenset(LOOPBACK_NAMES | named | own), behind_tls=behind_tls)


def is_loopback(host: str) -> bool:
    """Whether an address or name to listen on can be reached from this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_everywhere(host: str) -> bool:
    """Whether an address to listen on means all of the machine's addresses."""
    try:
        return ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False
