"""The one door for what a unit hands in: a workbook, a JSON file or a report whose tables can be read."""

from assistant.files import Limits, read_file
from assistant.intake.door import Intake, read_input
from assistant.intake.overrides import Overrides

__all__ = ["Intake", "Limits", "Overrides", "read_file", "read_input"]
