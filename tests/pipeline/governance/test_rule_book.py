"""The rules in force follow the book: compiled anew where it changed, once for all who ask, and kept where it fails."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from shared.domain.errors import Unavailable
from shared.domain.policy_book import BookChange, NamedList, PolicyBook
from shared.pipeline.detection.services import with_these_rules
from shared.pipeline.governance.ports import PolicyBooks
from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.services import Services
from tests.pipeline.governance.conftest import StartHost
from tests.pipeline.governance.written import BUNDLED


class UnsteadyBooks:
    """The book of a storage that answers for a while."""

    def __init__(self, books: PolicyBooks) -> None:
        self.books = books
        self.answers = True

    async def version(self) -> str | None:
        if not self.answers:
            raise Unavailable("no answer")
        return await self.books.version()

    async def read(self) -> PolicyBook:
        return await self.books.read()


def trusting(name: str, version: str | None = None) -> BookChange:
    return BookChange(expected=version, lists=(NamedList(name="trustedPublishers", values=(name,)),))


async def test_many_who_ask_at_once_compile_once_and_all_see_the_change(host: Services) -> None:
    await host.books.commit(trusting("contoso"))
    found = await asyncio.gather(*(host.rule_book.refresh() for _ in range(8)))
    assert len({id(one) for one in found}) == 1
    assert found[0].lists["trustedPublishers"] == ("contoso",)
    assert await host.rule_book.refresh() is found[0]


async def test_every_host_judges_by_the_change_from_its_next_piece_of_work_on(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    one, other = start_host(prefix), start_host(prefix)
    before = (await one.rule_book.refresh()).rules
    await other.books.commit(trusting("contoso"))
    assert one.rules() is before
    await one.refresh_rules()
    assert one.rules().hash != before.hash
    assert one.rules().release == before.release


async def test_a_piece_of_work_keeps_the_rules_that_it_began_with(host: Services) -> None:
    await host.refresh_rules()
    begun = with_these_rules(host)
    rules = begun.rules()
    await host.books.commit(trusting("contoso"))
    await host.refresh_rules()
    assert begun.rules() is rules
    assert host.rules() is not rules


async def test_storage_that_fails_is_told_and_leaves_the_rules_as_they_were(host: Services) -> None:
    books = UnsteadyBooks(host.books)
    book = RuleBook(cast(PolicyBooks, books), lambda: BUNDLED)
    kept = await book.refresh()
    books.answers = False
    with pytest.raises(Unavailable):
        await book.refresh()
    assert book.current is kept


async def test_hosts_with_other_bundled_policies_are_of_another_release(
    start_host: StartHost, unique: Callable[[str], str]
) -> None:
    prefix = unique("g")
    releases = {(await start_host(prefix, some).rule_book.refresh()).rules.release for some in (BUNDLED, BUNDLED[:1])}
    assert len(releases) == 2
