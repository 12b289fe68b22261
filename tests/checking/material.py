"""Reports of the sample county as files, and the command as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from assistant.drafting.printing import to_document
from assistant.form import Form
from assistant.report.docx_writer import write_docx
from assistant.report.html_writer import write_html
from tests.corpus.material import ROOT
from tests.drafting.material import county_draft
from tests.report.flat_report import all_tables, numbered_values, report_text

REPORTS = ROOT / "corpus" / "reports"
CLEAN = REPORTS / "gonganju-2025.txt"
FAULTY = REPORTS / "gonganju-2024.txt"


def check(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", "check", *map(str, arguments)]
    values = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd), **environment}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=values, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def word_report(unit: str, year: int) -> bytes:
    return write_docx(to_document(county_draft(unit, year)))


def web_report(unit: str, year: int) -> bytes:
    return write_html(to_document(county_draft(unit, year))).encode("utf-8")


def broken_report(form: Form) -> str:
    """A report whose figures contradict each other everywhere."""
    return report_text(form, all_tables(form, numbered_values(form)), year=2024)
