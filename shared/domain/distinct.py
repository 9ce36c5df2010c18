"""Counting different values: exact up to a stated size, and an honest estimate beyond.

Both kinds merge in any order with the same result, so an hour may be counted again and a day from its hours. A tally
that was cut is the exception: what is left of several depends on which are merged first, so ``merged`` takes all of
them at once.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from msgspec import Struct

MOST_EXACT: Final = 256
"""Different values that are kept whole."""
_HASH_BYTES: Final = 8
_HASHES: Final = 1 << 8 * _HASH_BYTES


class Distinct(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Different values. Up to ``MOST_EXACT`` they are in ``values``, sorted; beyond, ``values`` is empty and
    ``smallest`` holds the 256 smallest 64-bit hashes of all of them, from which their number is estimated (k minimum
    values; standard error about 6 %).
    """

    values: tuple[str, ...] = ()
    smallest: tuple[int, ...] = ()

    @property
    def is_exact(self) -> bool:
        return not self.smallest

    @property
    def count(self) -> int:
        """How many; an estimate where not ``is_exact``."""
        if self.is_exact:
            return len(self.values)
        return round((len(self.smallest) - 1) * _HASHES / (self.smallest[-1] + 1))

    def together(self, other: "Distinct") -> "Distinct":
        return union((self, other))


def distinct(values: Iterable[str]) -> Distinct:
    different = set(values)
    if len(different) <= MOST_EXACT:
        return Distinct(values=tuple(sorted(different)))
    return _estimated(map(hash_of, different))


def union(parts: Iterable[Distinct]) -> Distinct:
    """Of any number at once, which spares the sets in between."""
    values, hashes = set[str](), set[int]()
    for part in parts:
        values.update(part.values)
        hashes.update(part.smallest)
    if not hashes:
        return distinct(values)
    return _estimated(hashes.union(map(hash_of, values)))


def hash_of(value: str) -> int:
    """The same in every process and version: stored hashes are compared with new ones."""
    return int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest())


def _estimated(hashes: Iterable[int]) -> Distinct:
    return Distinct(smallest=tuple(sorted(set(hashes))[:MOST_EXACT]))


class Tally(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How often each value came. Beyond a given number of values the rarest (of equals, the last by name) go into
    ``others``: what stands in ``counts`` is then at least so often, and ``is_complete`` is False.
    """

    counts: dict[str, int] = {}
    others: int = 0

    @property
    def is_complete(self) -> bool:
        return self.others == 0

    def together(self, other: "Tally", most: int) -> "Tally":
        return merged((self, other), most)


def tally(counts: dict[str, int], most: int, others: int = 0) -> Tally:
    """The most frequent values in order, the rest as others."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Tally(counts=dict(sorted(ranked[:most])), others=others + sum(count for _, count in ranked[most:]))


def merged(tallies: Iterable[Tally], most: int) -> Tally:
    """All added up first and cut then, so that their order is of no account."""
    counts, others = dict[str, int](), 0
    for one in tallies:
        others += one.others
        for value, count in one.counts.items():
            counts[value] = counts.get(value, 0) + count
    return tally(counts, most, others)
