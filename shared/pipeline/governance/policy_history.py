"""What became of a policy: each version with who, when, why and what, also of one that is gone."""

from collections.abc import Sequence

from msgspec import Struct

from shared.domain.history import first_broken
from shared.domain.policy_book import PolicyVersion, policy_subject
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.policy_versions import content_of
from shared.pipeline.governance.services import GovernanceServices


class PolicyHistory(Struct, frozen=True, kw_only=True):
    """``versions`` are newest first. ``first_broken`` is the sequence of the first entry that somebody tampered with,
    None where the chain is whole up to the end that the book knows.
    """

    versions: tuple[PolicyVersion, ...]
    first_broken: int | None


async def read_history(services: GovernanceServices, policy_id: str) -> PolicyHistory:
    """Empty for a bundled policy that nobody ever tuned. Raises UnknownPolicy."""
    rules = await services.rule_book.refresh()
    versions = await services.books.versions(policy_id)
    if not versions and policy_id not in rules.entries:
        raise UnknownPolicy(policy_id)
    entries = [version.entry for version in reversed(versions)]
    broken = min(filter(None, (first_broken(entries), _first_rewritten(versions))), default=None)
    end = rules.book.last_entries.get(policy_subject(policy_id))
    if broken is None and end is not None and len(entries) < end.sequence:
        # The newest were removed, which the chain cannot show by itself.
        broken = len(entries) + 1
    return PolicyHistory(versions=tuple(versions), first_broken=broken)


def _first_rewritten(versions: Sequence[PolicyVersion]) -> int | None:
    """A version from before its content was hashed tells nothing."""
    rewritten = [
        each.entry.sequence
        for each in versions
        if each.entry.content and (each.body is None or content_of(each.body) != each.entry.content)
    ]
    return min(rewritten, default=None)


async def read_version(services: GovernanceServices, policy_id: str, version: int) -> PolicyVersion:
    """Raises UnknownPolicy."""
    for each in (await read_history(services, policy_id)).versions:
        if each.version == version:
            return each
    raise UnknownPolicy(f"{policy_id:.80} {version}")
