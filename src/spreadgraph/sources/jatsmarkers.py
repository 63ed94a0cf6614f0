"""Reads the markers of a paragraph: which reference each points to, and the members of ranges that are not linked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from spreadgraph.sources.jatsrefs import LONGEST_RANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spreadgraph.sources.jatsrefs import References

_DASH = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d~-"
_BETWEEN = re.compile(rf"[\s\])]*[{_DASH}][\s\[(]*")
_NUMBER = re.compile(r"\W*(\d{1,4})\W*")
_LIST = re.compile(rf"[\s\[(]*\d{{1,4}}(?:[\s,;{_DASH}]+\d{{1,4}})*[\s\]).,;]*")
_ITEM = re.compile(rf"(\d{{1,4}})(?:\s*[{_DASH}]+\s*(\d{{1,4}}))?")


class Target(NamedTuple):
    """What a marker points to: the number of a ``reference``.

    ``marker`` is what is printed, ``from_range`` says that only a range implies the link.
    """

    reference: int
    marker: str
    from_range: bool = False


class Marker(NamedTuple):
    """A linked marker: its text, the references it links to, and the text between the marker before and this."""

    text: str
    links: tuple[int, ...]
    before: str


def targets(markers: Sequence[Marker], references: References) -> list[list[Target]]:
    """Return what each marker points to. The members of a range come with the marker that ends it, before its own.

    Ranges follow the printed labels of the entries where these are numbers, and else their places in the list.
    """
    found: list[list[Target]] = []
    previous: Marker | None = None
    for marker in markers:
        text, links, before = marker
        linked = [Target(number, text or _label(number, references)) for number in links]
        if len(text) > 2 and (implied := _inside(marker, references)):
            linked = sorted(linked + implied, key=lambda target: target.reference)
        elif previous and len(before) < 12 and _BETWEEN.fullmatch(before):
            linked = _between(previous, marker, references) + linked
        found.append(linked)
        previous = marker
    return found


def _label(number: int, references: References) -> str:
    """Return what stands for a marker without text: the label of its entry."""
    return str(references.nodes[number - 1].get("label", "")).strip("[]().") or str(number)


def _between(first: Marker, last: Marker, references: References) -> list[Target]:
    one, other = _NUMBER.fullmatch(first.text), _NUMBER.fullmatch(last.text)
    if not one or not other or len(first.links) != 1 or len(last.links) != 1:
        return []
    printed = f"{one[1]}\u2013{other[1]}"
    inside = references.inside(first.links[0], last.links[0], int(one[1]), int(other[1]))
    return [Target(number, printed, True) for number in inside]


def _inside(marker: Marker, references: References) -> list[Target]:
    """Return the references that a marker such as "3-7" or "1,3-5" prints but does not link."""
    if not _LIST.fullmatch(marker.text):
        return []
    start = marker.links[0]
    label = references.labels[start - 1] or start
    items = [(int(first), int(last or first)) for first, last in _ITEM.findall(marker.text)]
    if items[0][0] != label or any(last - first > LONGEST_RANGE or last < first for first, last in items):
        return []
    wanted = [number for first, last in items for number in range(first, last + 1)]
    numbers = [references.numbered(number, start) for number in wanted]
    return [
        Target(number, marker.text, True) for number in dict.fromkeys(numbers) if number and number not in marker.links
    ]
