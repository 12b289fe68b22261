"""The real program, except that its database fails while a file ``fault`` in its folder names how.

``full``: no page more than it has. ``read-only``: nothing can be written. Writers wait for a moment only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from assistant.cli import main
from assistant.review import engine

WAIT = 0.6
_PAGES = 2**32 - 2


def _main() -> None:
    fault, begin = Path(os.environ["ASSISTANT_HOME"]) / "fault", engine._begin_sqlite

    def begin_faulty(connection: Any) -> None:
        kind = fault.read_text() if fault.exists() else ""
        # SQLite takes the present size where the limit is smaller than that.
        connection.exec_driver_sql(f"PRAGMA max_page_count={1 if kind == 'full' else _PAGES}")
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if kind == 'read-only' else 'OFF'}")
        begin(connection)

    setattr(engine, "_begin_sqlite", begin_faulty)  # noqa: B010  # a fault that no setting can bring about
    setattr(engine, "BUSY_SECONDS", WAIT)  # noqa: B010
    main()


if __name__ == "__main__":
    _main()
