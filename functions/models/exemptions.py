"""Exemptions as the API shows and takes them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from functions.models.alert_updates import LongText
from functions.models.shapes import Body, Moment, Parameters, Sent, ShortText
from shared.domain.exemptions import Exemption
from shared.pipeline.governance.exemptions import ExemptionOrder as NewExemption

AppId = Annotated[ShortText, AfterValidator(str.lower)]
"""Ids of apps are kept in lower case; people and programs write them in either."""


class ExemptionResource(Sent):
    """One policy, or all of them (``*``), leaves one app alone. ``approvedBy`` answers for it.

    It is ``active`` until ``expiresDateTime``, unless somebody ended it before.
    """

    id: str
    policy_id: str
    app_id: str
    reason: str
    approved_by: str
    created_date_time: datetime
    expires_date_time: datetime
    ended_date_time: datetime | None
    ended_by: str | None
    active: bool


class ExemptionList(Sent):
    """Active ones first. One that lapsed or was ended is shown for 90 days."""

    value: list[ExemptionResource]


class ExemptionListParameters(Parameters):
    """Filters; all must hold."""

    policy_id: ShortText | None = None
    app_id: AppId | None = None
    active: bool | None = None


class ExemptionOrder(Body):
    policy_id: Annotated[ShortText, Field(description="Or * for all policies")]
    app_id: AppId
    reason: LongText
    expires_date_time: Annotated[Moment, Field(description="At most 366 days ahead")]

    def order(self) -> NewExemption:
        return NewExemption(
            policy_id=self.policy_id, app_id=self.app_id, reason=self.reason, expires=self.expires_date_time
        )


def exemption_resource(exemption: Exemption, now: datetime) -> ExemptionResource:
    return ExemptionResource(
        id=exemption.id,
        policy_id=exemption.policy_id,
        app_id=exemption.app_id,
        reason=exemption.reason,
        approved_by=exemption.approved_by,
        created_date_time=exemption.created,
        expires_date_time=exemption.expires,
        ended_date_time=exemption.ended,
        ended_by=exemption.ended_by,
        active=exemption.holds(now),
    )


def exemption_list(exemptions: Iterable[Exemption], now: datetime) -> ExemptionList:
    return ExemptionList(value=[exemption_resource(one, now) for one in exemptions])
