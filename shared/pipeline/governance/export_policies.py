"""The policy book as a folder of files, which applied again changes nothing."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from msgspec import Struct

from shared.domain.policy_book import NamedList, PolicyBook, StoredPolicy
from shared.pipeline.governance.policy_code import book_etag
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.errors import PolicyError, Problem
from shared.policies.policy_plan import plain_body
from shared.policies.policy_yaml import lists_text, policy_text, tuning_text

_MOST_IN_ONE_FILE: Final = 100_000
"""Characters of values: well below what a file may hold, whatever has to be quoted."""
_AROUND_A_VALUE: Final = 16


class ExportedFolder(Struct, frozen=True, kw_only=True):
    """``problems`` name what no file can say; it is left out."""

    files: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    etag: str


async def export_policies(services: GovernanceServices) -> ExportedFolder:
    """Everything that people decided, exemptions apart: each of these has a person who approved it, and an end."""
    rules = await services.rule_book.refresh()
    # Beside the event loop: hundreds of policies take seconds to write.
    files, problems = await asyncio.to_thread(_files_of, rules.book)
    return ExportedFolder(files=tuple(files), problems=tuple(problems), etag=book_etag(rules.book))


def _files_of(book: PolicyBook) -> tuple[list[tuple[str, str]], list[Problem]]:
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    writers = _writers_of_lists(book.lists)
    writers += [partial(_file_of, stored) for stored in book.policies.values()]
    for write in writers:
        try:
            files.append(write())
        except PolicyError as error:
            problems.extend(error.problems)
    return sorted(files), problems


def _writers_of_lists(lists: Mapping[str, NamedList]) -> list[Callable[[], tuple[str, str]]]:
    """One file of all lists, or one for each where that is more than a file may hold."""
    together = sum(len(value) + _AROUND_A_VALUE for one in lists.values() for value in one.values)
    if together <= _MOST_IN_ONE_FILE:
        return [partial(_list_file, "lists.yaml", lists)] if lists else []
    return [partial(_list_file, f"lists/{name}.yaml", {name: one}) for name, one in lists.items()]


def _list_file(name: str, lists: Mapping[str, NamedList]) -> tuple[str, str]:
    try:
        return name, lists_text(lists)
    except PolicyError:
        raise PolicyError(Problem("the list is larger than a file may be", file=name, line=1)) from None


def _file_of(stored: StoredPolicy) -> tuple[str, str]:
    body = plain_body(stored.body)
    if stored.is_tuning:
        return f"tunings/{stored.id}.yaml", tuning_text(stored.id, body)
    return f"policies/{stored.id}.yaml", policy_text(stored.id, body)
