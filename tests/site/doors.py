"""Everything a browser could ask this site for: run as a program it prints its routes, acts and events as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tests.site.serving import ROOT


@cache
def doors() -> dict[str, Any]:
    """``routes``: [path, methods]; ``acts``: [page, name]; ``events``: [number, inputs]; ``actions``: names of ``data-action``."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ASSISTANT_HOME": home, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "ignore", "-m", "tests.site.doors"]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _routes(routes: Any, before: str = "") -> Iterator[tuple[str, list[str]]]:
    for route in routes:
        path = before + (getattr(route, "path", "") or "")
        inner: Any = getattr(route, "app", None)
        if hasattr(inner, "routes"):
            yield from _routes(inner.routes, path.rstrip("/"))
        elif getattr(route, "methods", None):
            yield path, sorted(route.methods)
        elif hasattr(route, "effective_candidates"):  # a router that FastAPI takes in as it is
            yield from _routes(route.effective_candidates(), before)


def _main() -> None:
    from assistant.settings import load_settings
    from assistant.site import blocks
    from assistant.site.app import build
    from assistant.site.pages import all_pages
    from assistant.site.wiring import Wiring

    made: list[Any] = []
    actions: set[str] = set()
    build_blocks: Callable[..., Any] = blocks._build
    wire: Callable[..., None] = Wiring.actions

    def keep(*given: Any) -> Any:
        made.append(build_blocks(*given))
        return made[0]

    def note(self: Wiring, html: Any, handlers: Any, *rest: Any) -> None:
        actions.update(handlers)
        wire(self, html, handlers, *rest)

    setattr(blocks, "_build", keep)  # noqa: B010  # looks on
    setattr(Wiring, "actions", note)  # noqa: B010
    app = build(load_settings())
    events = [(number, len(each.inputs)) for number, each in made[0].fns.items()]
    acts = [(page.path or "desk", name) for page in all_pages() for name in page.acts]
    found = {"routes": list(_routes(app.router.routes)), "acts": acts, "events": events, "actions": sorted(actions)}
    print(json.dumps(found))


if __name__ == "__main__":
    _main()
