"""Whether a draft could be saved, and what it would lack here. Nothing is written."""

import asyncio

from msgspec import Struct

from shared.domain.policy_book import PolicyBody
from shared.pipeline.governance.book_changes import refused
from shared.pipeline.governance.check_definition import check_policy, id_in, own_keys
from shared.pipeline.governance.errors import PolicyRefused
from shared.pipeline.governance.policy_view import version_of
from shared.pipeline.governance.policy_warnings import warnings_of
from shared.pipeline.services import Services
from shared.policies.errors import Problem


class Validation(Struct, frozen=True, kw_only=True):
    """``problems`` stand in the way of saving it, ``warnings`` do not."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


async def validate_policy(services: Services, definition: PolicyBody) -> Validation:
    """Its tests are played as on saving it. The id may be that of a policy of the tenant, but of no bundled one."""
    rules = await services.rule_book.refresh()
    try:
        policy_id = id_in(definition)
        entry = rules.entries.get(policy_id)
        if entry is not None and entry.bundled is not None:
            raise refused("the product has a policy of this id; choose another one", "id")
        body = own_keys(definition, policy_id, version_of(entry) if entry is not None else 1)
        # Beside the event loop: playing its tests compiles it.
        policy = await asyncio.to_thread(check_policy, body, policy_id, rules.lists, services.routes)
    except PolicyRefused as error:
        return Validation(problems=error.problems)
    return Validation(warnings=warnings_of(policy, services))
