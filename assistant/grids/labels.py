"""Recognises the printed names of rows and columns in the shapes people leave them in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.form import Node

_ORDINAL = re.compile(
    r"^(?:\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}[、.,]|\d{1,2}(?:[、.,)]|(?=[^\d、.,)\-])))"
)
_ASIDE = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[\W_]+")
_COUNT_WORDS = re.compile("[度件数量]")
_SHORTEST_PREFIX = 6
_KEPT = 0.6  # share of a label that has to be left to recognise it
_MEMORY = 4_096  # texts remembered per index


@dataclass(frozen=True, slots=True)
class Wording:
    """A label reduced step by step: signs dropped, asides dropped, ordinal dropped, counting words dropped."""

    full: str
    plain: str
    bare: str
    loose: str
    ordinal: bool


@lru_cache(maxsize=8_192)
def normalise_label(text: str) -> str:
    """A label without white space and punctuation, full-width forms made plain; numbering marks keep their figures."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=8_192)
def wording(text: str) -> Wording:
    """The forms under which a label is compared."""
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    match = _ORDINAL.match(flat)
    head, rest = (match.group(), flat[match.end() :]) if match else ("", flat)
    kept = _ASIDE.sub("", rest) or rest
    bare = _SIGNS.sub("", kept)
    return Wording(normalise_label(text), _SIGNS.sub("", head) + bare, bare, _COUNT_WORDS.sub("", bare) or bare, bool(match))


@dataclass(frozen=True)
class Leaf:
    """A leaf row or column, with the groups above it. ``index`` is its block's number."""

    node: Node
    groups: tuple[Node, ...]
    index: int = 0


def leaves_of(tops: Sequence[Node], index: int = 0) -> list[Leaf]:
    """All leaves below these nodes with their groups, in printed order."""

    def walk(node: Node, above: tuple[Node, ...]) -> Iterable[Leaf]:
        if not node.children:
            yield Leaf(node, above, index)
        for child in node.children:
            yield from walk(child, (*above, node))

    return [leaf for top in tops for leaf in walk(top, ())]


class LabelIndex:
    """Finds which leaves a path of labels (outermost first) can mean.

    ``ordinals`` says whether the labels carry ordinals, which then may be missing in the text; where they do not, a text
    with an ordinal is none of them (总计 is a column, （七）总计 is not).
    """

    def __init__(self, leaves: Sequence[Leaf], ordinals: bool) -> None:
        self.leaves, self.ordinals = leaves, ordinals
        self._known: dict[str, list[Leaf]] = {}
        self._steps: tuple[dict[str, list[Leaf]], ...] = ({}, {}, {}, {})
        for leaf in leaves:
            for label in (leaf.node.label, *leaf.node.aliases):
                for step, key in zip(self._steps, _keys(wording(label)), strict=True):
                    if leaf not in step.setdefault(key, []):
                        step[key].append(leaf)
        self._groups: dict[str, list[Node]] = {}
        for group in dict.fromkeys(group for leaf in leaves for group in leaf.groups):
            for key in {wording(group.label).full, wording(group.label).plain, wording(group.label).bare}:
                self._groups.setdefault(key, []).append(group)

    def named(self, text: str) -> list[Leaf]:
        """Leaves that this text names, by the strictest comparison that finds any."""
        known = self._known.get(text)
        if known is None:
            known = self._named(text)
            if len(self._known) < _MEMORY:
                self._known[text] = known
        return known

    def _named(self, text: str) -> list[Leaf]:
        words = wording(text)
        if not words.full or (words.ordinal and not self.ordinals):
            return []
        for step, key in zip(self._steps, _keys(words), strict=True):
            if key in step:
                return step[key]
        if len(words.bare) < _SHORTEST_PREFIX:
            return []
        begun = [leaf for leaf in self.leaves if wording(leaf.node.label).bare.startswith(words.bare)]
        return begun or [leaf for leaf in self.leaves if words.ordinal and clipped(words, wording(leaf.node.label))]

    def group(self, text: str) -> list[Node]:
        """Groups that this text names."""
        words = wording(text)
        if words.ordinal and not self.ordinals:
            return []
        return self._groups.get(words.full) or self._groups.get(words.plain) or self._groups.get(words.bare) or []

    def find(self, path: Sequence[str]) -> list[Leaf]:
        """Leaves that a path can mean: named by its last text, and not standing under another group's name."""
        found = self.named(path[-1]) if path else []
        if not found:
            return []
        groups = [groups for text in path[:-1] if (groups := self.group(text))]
        fitting = [leaf for leaf in found if not groups or any(group in leaf.groups for group in groups[-1])]
        if len(fitting) < 2:
            return fitting
        scores = [sum(any(group in leaf.groups for group in names) for names in groups) for leaf in fitting]
        return [leaf for leaf, score in zip(fitting, scores, strict=True) if score == max(scores)]


def clipped(found: Wording, label: Wording) -> bool:
    """Whether a text is a label of the same ordinal from whose middle some signs are lost, as where a line was cut short."""
    left = iter(label.bare)
    same_ordinal = found.plain.removesuffix(found.bare) == label.plain.removesuffix(label.bare)
    return same_ordinal and len(found.bare) >= _KEPT * len(label.bare) and all(sign in left for sign in found.bare)


def _keys(words: Wording) -> tuple[str, str, str, str]:
    return words.full, words.plain, words.bare, words.loose
