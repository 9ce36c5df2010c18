"""Governance on real storage, with two small policies for the product: compiling all of them takes long."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import pytest

from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.services import Services
from shared.policies.policy_entries import Bundled
from tests.pipeline.conftest import Start
from tests.pipeline.governance.written import BUNDLED


class StartHost(Protocol):
    """Starts a process, so to speak: the same prefix means the same storage."""

    def __call__(self, prefix: str, bundled: Sequence[Bundled] = BUNDLED) -> Services: ...


@pytest.fixture
def start_host(start: Start) -> StartHost:
    def one(prefix: str, bundled: Sequence[Bundled] = BUNDLED) -> Services:
        services = start(prefix).services
        rule_book = RuleBook(services.books, lambda: bundled)
        return replace(
            services,
            rule_book=rule_book,
            rules=lambda: rule_book.current.rules,
            refresh_rules=rule_book.refresh,
        )

    return one


@pytest.fixture
def host(start_host: StartHost, unique: Callable[[str], str]) -> Services:
    return start_host(unique("g"))
