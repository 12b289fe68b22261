"""The errors a person may see. Each carries, in Chinese, what is wrong, where, and what to do."""

from __future__ import annotations


class AssistantError(Exception):
    """Something could not be done.

    Args:
        what: what is wrong, a Chinese clause without a final stop.
        place: where (file, sheet and cell, line), or empty.
        remedy: what the person can do, or empty.
    """

    exit_code = 2

    def __init__(self, what: str, *, place: str = "", remedy: str = "") -> None:
        self.what, self.place, self.remedy = what, place, remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """One line: place, what, remedy."""
        head = f"{self.place}：{self.what}" if self.place else self.what
        return f"{head}。{self.remedy}。" if self.remedy else f"{head}。"


class InputError(AssistantError):
    """An input cannot be read or is not what it should be."""


class OutputError(AssistantError):
    """A result cannot be written."""


class FormError(AssistantError):
    """A form's data file is inconsistent."""
