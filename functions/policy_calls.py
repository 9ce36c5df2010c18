"""What the routes of policies have in common: who edits, where a refusal points, and the policy as it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from functions.models.policies import PolicyDetails, policy_details
from functions.models.problems import FieldError
from functions.problems import invalid, told_fields
from functions.replies import Reply
from functions.requests import Call
from shared.domain.policy_book import PolicySource
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import PolicyRefused, UnknownPolicy
from shared.pipeline.governance.policy_list import alerts_of
from shared.pipeline.governance.policy_templates import Template, get_template, instead_of
from shared.pipeline.governance.policy_view import PolicyView
from shared.pipeline.governance.policy_warnings import told_warnings
from shared.pipeline.services import Services


def edit_of(call: Call[Any, Any], reason: str | None) -> Edit:
    return Edit(caller=call.caller, now=call.now, reason=reason, if_match=call.if_match)


@contextmanager
def written_in(member: str) -> Iterator[None]:
    """Places are told from the body's member on in which the policy stands."""
    try:
        yield
    except PolicyRefused as error:
        raise invalid(*told_fields(error, member)) from None


@contextmanager
def exempting() -> Iterator[None]:
    """What is wrong with an exemption is told by the members of its body."""
    try:
        yield
    except UnknownPolicy:
        raise invalid(FieldError(field="policyId", message="there is no such policy; * stands for all")) from None
    except PolicyRefused as error:
        raise invalid(*map(_by_member, told_fields(error))) from None


def template_named(name: str) -> Template:
    """Raises RequestRefused: here the name is no part of the path."""
    try:
        return get_template(name)
    except UnknownPolicy:
        raise invalid(FieldError(field="template", message=f"there is no such template{instead_of(name)}")) from None


def check_member(view: PolicyView, member: str) -> None:
    """Raises RequestRefused for a definition of a bundled policy, or the tuning of one that people wrote."""
    is_bundled = view.source is not PolicySource.USER_DEFINED
    if is_bundled and member == "definition":
        raise invalid(FieldError(field=member, message="a bundled policy takes tuning; to rewrite it, duplicate it"))
    if not is_bundled and member == "tuning":
        raise invalid(FieldError(field=member, message="only a bundled policy is tuned; send the definition"))


def number_of(version: str) -> int:
    """The number of a version in a path. Raises UnknownPolicy."""
    if not (version.isascii() and version.isdigit() and len(version) <= 9):
        raise UnknownPolicy
    return int(version)


async def details_of(services: Services, view: PolicyView) -> PolicyDetails:
    alerts = await alerts_of(services, view.id)
    return policy_details(view, alerts, told_warnings(services, view.id))


async def created(call: Call[Any, Any], services: Services, view: PolicyView) -> Reply:
    content = await details_of(services, view)
    return Reply(content=content, status=201, etag=view.etag, location=call.address_of(f"/api/policies/{view.id}"))


def _by_member(error: FieldError) -> FieldError:
    return FieldError(field="expiresDateTime", message=error.message) if error.field == "expires" else error
