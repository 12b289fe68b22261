"""Other wordings of a paragraph on a person's instruction, each to be accepted or rejected."""

from __future__ import annotations

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import EditResult, SuggestionsView, SuggestionView


def suggestions(record: Record, actor: Actor, paragraph_id: int) -> SuggestionsView:
    """The open suggestions for a paragraph.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def ask_suggestions(record: Record, actor: Actor, paragraph_id: int, instruction: str) -> SuggestionsView:
    """Ask for other wordings: from the model, or those of the offline writer where none is configured. Takes seconds.

    Args:
        record, actor, paragraph_id: who, what.
        instruction: what the person wants, such as 更简洁.

    Raises:
        InputError: no instruction, or the paragraph holds a gap mark.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def accept_suggestion(record: Record, actor: Actor, suggestion_id: int) -> EditResult:
    """Take a suggestion as the paragraph's new version, undecided until accepted. Done twice it is one.

    Raises:
        Conflict: the paragraph was changed since the suggestion was made.
        InputError: the suggestion does not hold (a figure, a source), or was rejected.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def reject_suggestion(record: Record, actor: Actor, suggestion_id: int) -> SuggestionView:
    """Turn a suggestion down. Done twice it is one.

    Raises:
        InputError: it was accepted already.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError
