"""Policies that were sound once."""

from msgspec.structs import replace

from shared.domain.policy_book import BookChange, PolicyBody
from shared.pipeline.services import Services

GONE: PolicyBody = {"when": {"app.gone": {"eq": 0}}}
"""As if a later version of the product had taken a fact away."""


async def break_stored(host: Services, policy_id: str, changes: PolicyBody = GONE) -> None:
    book = await host.books.read()
    stored = book.policies[policy_id]
    broken = replace(stored, body={**stored.body, **changes})
    await host.books.commit(BookChange(expected=book.version, saved=(broken,)))
