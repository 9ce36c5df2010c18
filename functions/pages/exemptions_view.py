"""The page of exemptions: which app is left alone by which policy, until when and at whose word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.pages.answers import View
from functions.pages.exemption_forms import AppExemptionForm, ExemptionForm, ExemptionsPageParameters, ExemptionTab
from functions.pages.policy_refusals import Refusal, message_of, troubles_of
from shared.domain.exemptions import ALL_POLICIES, LONGEST, Exemption
from shared.domain.roles import Caller, Right
from shared.pipeline.governance.acting_policies import ActingPolicy, permit_exemption
from shared.pipeline.governance.book_changes import refused as refused_edit
from shared.pipeline.governance.edit import Edit
from shared.pipeline.governance.errors import UnknownPolicy
from shared.pipeline.governance.exemptions import ExemptionOrder, create_exemption, list_exemptions
from shared.pipeline.governance.policy_view import view_of
from shared.pipeline.governance.written_policies import Trouble
from shared.pipeline.services import Services

USUAL: Final = timedelta(days=90)
_MOST_ROWS: Final = 200


@dataclass(frozen=True, kw_only=True)
class RefusedExemption:
    """A form that changed nothing, with all that was typed; ``form`` is None where it only ended one."""

    message: str
    status: int
    troubles: Sequence[Trouble]
    form: ExemptionForm | AppExemptionForm | None


def refused_exemption(error: Refusal, form: ExemptionForm | AppExemptionForm | None) -> RefusedExemption:
    message, status = message_of(error)
    return RefusedExemption(message=message, status=status, troubles=troubles_of(error), form=form)


async def exempt(
    services: Services,
    policy_id: str | None,
    app_id: str | None,
    form: ExemptionForm | AppExemptionForm,
    edit: Edit,
) -> None:
    """Raises PolicyRefused, ActingPolicy."""
    if form.expires is None:
        raise refused_edit("say until when", "expires")
    order = ExemptionOrder(
        policy_id=policy_id or "", app_id=app_id or "", reason=form.reason or "", expires=form.expires
    )
    try:
        await create_exemption(services, order, edit)
    except UnknownPolicy:
        raise refused_edit("there is no such policy", "policyId") from None


async def exemptions_view(
    services: Services,
    asked: ExemptionsPageParameters,
    caller: Caller,
    now: datetime,
    refused: RefusedExemption | None = None,
) -> View:
    found = await list_exemptions(services, now, asked.policy_id, asked.app_id)
    active = [one for one in found if one.holds(now)]
    over = [one for one in found if not one.holds(now)]
    listed = active if asked.tab is ExemptionTab.ACTIVE else over
    shown = listed[:_MOST_ROWS]
    titles = _titles(services)
    values = {
        "rows": shown,
        "left_out": len(listed) - len(shown),
        "counts": {ExemptionTab.ACTIVE: len(active), ExemptionTab.OVER: len(over)},
        "asked": asked,
        "app_names": await _app_names(services, shown),
        "titles": titles,
        "all_policies": ALL_POLICIES,
        "may_end": {one.policy_id for one in shown if may_exempt(services, caller, one.policy_id)},
        "choices": {id_: title for id_, title in titles.items() if may_exempt(services, caller, id_)},
        "may_exempt_from_all": may_exempt(services, caller),
        "refused": refused,
        "typed": _typed(asked, refused),
        "usual": (now + USUAL).date(),
        "longest": (now + LONGEST).date(),
    }
    return View(template="exemptions.html", values=values, status=refused.status if refused is not None else 200)


def may_exempt(services: Services, caller: Caller, policy_id: str = ALL_POLICIES) -> bool:
    """By the rules that were read last."""
    if not caller.may(Right.WRITE_POLICIES):
        return False
    try:
        permit_exemption(services.rule_book.current, caller, policy_id)
    except ActingPolicy:
        return False
    return True


def _typed(asked: ExemptionsPageParameters, refused: RefusedExemption | None) -> ExemptionForm:
    """What stands in the form: of a refused one what was typed, else what the list was asked for."""
    if refused is not None and isinstance(refused.form, ExemptionForm):
        return refused.form
    return ExemptionForm.model_validate({"policyId": asked.policy_id or "", "appId": asked.app_id or ""})


def _titles(services: Services) -> Mapping[str, str]:
    rules = services.rule_book.current
    return {entry.id: view_of(entry, rules).title for entry in rules.entries.values()}


async def _app_names(services: Services, exemptions: Sequence[Exemption]) -> Mapping[str, str | None]:
    """Of the apps that the list has; another is shown by its id."""
    ids = sorted({one.app_id for one in exemptions})
    rows = await services.app_list.rows(ids) if ids else {}
    return {app_id: row.display_name for app_id, row in rows.items()}
