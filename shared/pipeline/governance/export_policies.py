"""The policy book as a folder of files, which applied again changes nothing."""

from msgspec import Struct

from shared.domain.policy_book import PolicyBook, StoredPolicy
from shared.pipeline.governance.policy_code import book_etag
from shared.pipeline.governance.services import GovernanceServices
from shared.policies.errors import PolicyError, Problem
from shared.policies.policy_plan import plain_body
from shared.policies.policy_yaml import lists_text, policy_text, tuning_text


class ExportedFolder(Struct, frozen=True, kw_only=True):
    """``problems`` name what no file can say; it is left out."""

    files: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]
    etag: str


async def export_policies(services: GovernanceServices) -> ExportedFolder:
    """Everything that people decided, exemptions apart: each of these has a person who approved it, and an end."""
    rules = await services.rule_book.refresh()
    files, problems = _files_of(rules.book)
    return ExportedFolder(files=tuple(files), problems=tuple(problems), etag=book_etag(rules.book))


def _files_of(book: PolicyBook) -> tuple[list[tuple[str, str]], list[Problem]]:
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    if book.lists:
        files.append(("lists.yaml", lists_text(book.lists)))
    for stored in book.policies.values():
        try:
            files.append(_file_of(stored))
        except PolicyError as error:
            problems.extend(error.problems)
    return sorted(files), problems


def _file_of(stored: StoredPolicy) -> tuple[str, str]:
    body = plain_body(stored.body)
    if stored.is_tuning:
        return f"tunings/{stored.id}.yaml", tuning_text(stored.id, body)
    return f"policies/{stored.id}.yaml", policy_text(stored.id, body)
