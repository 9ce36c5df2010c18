"""The rules in force, in memory: compiled anew when the policy book changed, and only then.

Whoever judges asks for the book's version first (one small read), so that a policy that was just changed judges from
the next piece of work on, on every host.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.domain.exemptions import Exemptions
from shared.domain.policy_book import PolicyBook
from shared.pipeline.governance.ports import PolicyBooks
from shared.policies.baselines import BaselineLookup
from shared.policies.lists import load_lists
from shared.policies.policy_entries import Bundled, PolicyEntry, entries_of, lists_of
from shared.policies.ruleset import RuleSet, compile_sound


@dataclass(frozen=True, slots=True)
class Rules:
    """What one version of the book comes to."""

    book: PolicyBook
    entries: Mapping[str, PolicyEntry]
    lists: Mapping[str, tuple[str, ...]]
    rules: RuleSet


class RuleBook:
    """``bundled`` reads the catalogue, which takes some tenths of a second: on first use, once."""

    def __init__(
        self, books: PolicyBooks, bundled: Callable[[], Sequence[Bundled]], baselines: BaselineLookup | None = None
    ) -> None:
        self._books = books
        self._bundled = bundled
        self._baselines = baselines
        self._current: Rules | None = None
        self._reading = asyncio.Lock()

    @property
    def current(self) -> Rules:
        """As it was refreshed last; the bundled policies before the first time."""
        if self._current is None:
            self._current = self._compiled(PolicyBook())
        return self._current

    async def refresh(self) -> Rules:
        """The rules of the book as it is now. Raises Unavailable."""
        version = await self._books.version()
        if self._current is None or self._current.book.version != version:
            async with self._reading:
                if self._current is None or self._current.book.version != version:
                    book = await self._books.read()
                    # Beside the event loop: it takes about a second, and others are served meanwhile.
                    self._current = await asyncio.to_thread(self._compiled, book)
        return self._current

    def _compiled(self, book: PolicyBook) -> Rules:
        bundled = self._bundled()
        entries = entries_of(bundled, book)
        lists = lists_of(load_lists(), book)
        rules = compile_sound(
            (entry.policy for entry in entries.values() if entry.policy is not None),
            lists=lists,
            baselines=self._baselines,
            exemptions=Exemptions(book.exemptions.values()),
            broken={entry.id: entry.problems for entry in entries.values() if entry.policy is None},
            release=_release_of(bundled),
        )
        return Rules(book, entries, lists, rules)


def _release_of(bundled: Sequence[Bundled]) -> str:
    """Hosts with other bundled policies are of another release; what people change is the same to all of them."""
    return sha256(b"\n".join(one.policy.content for one in bundled)).hexdigest()[:16]
