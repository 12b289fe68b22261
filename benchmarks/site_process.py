"""What a running server costs: CPU and memory, as the system counts them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.site.serving import Site


def memory(site: Site) -> float:
    """Megabytes that the server holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{site.pid}/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


def cpu(site: Site) -> float:
    """Seconds of CPU that the server has used."""
    fields = Path(f"/proc/{site.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def met(value: float, bar: float, unit: str) -> str:
    """A bar and whether it is met."""
    return f"{'met' if value <= bar else '**missed**'} (≤ {bar:g} {unit})"
