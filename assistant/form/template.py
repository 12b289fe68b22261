"""Key templates of the form data: ``{row}``/``{col}`` are loop variables, ``[group]`` lists the leaves of a group."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_GROUP = re.compile(r"\[([\w.]+)\]")


def expand(template: str, variables: Mapping[str, str], leaves: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Expand one template into cell or fact keys, in printed order.

    Args:
        template: such as ``t3.{row}.[org]`` or ``-t2.norm.repealed`` (a leading minus stays).
        variables: values of the loop variables.
        leaves: gives the leaf keys of a group, totals left out; raises KeyError for an unknown group.
    """
    for name, value in variables.items():
        template = template.replace("{" + name + "}", value)
    match = _GROUP.search(template)
    if match is None:
        return (template,)
    head, tail = template[: match.start()], template[match.end() :]
    return tuple(key for leaf in leaves(match.group(1)) for key in expand(head + leaf + tail, {}, leaves))
