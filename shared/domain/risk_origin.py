"""The risk formula, second part: where the app comes from, who vouches for it, and where tokens may be sent."""

from typing import Final

from shared.domain import risk_addresses as addresses
from shared.domain.app_summaries import NEW_FOR
from shared.domain.apps import Certification, Origin
from shared.domain.hygiene import all_known
from shared.domain.judge_traits import is_new
from shared.domain.known import UNKNOWN, Known
from shared.domain.risk_case import Judge, RiskCase, RiskPart, RiskRow, equals, when


def _is_from(origin: Origin, reason: str) -> Judge:
    return lambda case: when(equals(case.app.origin, origin), reason)


def _is_unverified_external(case: RiskCase) -> Known[str]:
    unverified = UNKNOWN if case.app.publisher_verified is UNKNOWN else not case.app.publisher_verified
    answer = all_known((equals(case.app.origin, Origin.EXTERNAL), unverified))
    return when(answer, "comes from another organisation whose name nobody has verified")


def _is_verified(case: RiskCase) -> Known[str]:
    return when(equals(case.app.publisher_verified, True), "Microsoft has verified its publisher")


def _is_disguised(case: RiskCase) -> Known[str]:
    origin = case.app.origin
    if origin not in (UNKNOWN, Origin.EXTERNAL):
        return None
    posing = addresses.look_alike_name(case)
    if posing is UNKNOWN or (posing and origin is UNKNOWN):
        return UNKNOWN
    return when(bool(posing), "comes from another organisation under a name that passes for another")


def _is_certified(certification: Certification, reason: str) -> Judge:
    return lambda case: when(equals(case.app.certification, certification), reason)


def _is_disabled_by_microsoft(case: RiskCase) -> Known[str]:
    return when(equals(case.app.disabled_by_microsoft, True), "Microsoft disabled it")


def _is_new(case: RiskCase) -> Known[str]:
    return when(is_new(case.app, case.now), f"came into the tenant within the last {NEW_FOR.days} days")


_HOME = RiskPart(
    title="Home and age",
    rows=(
        RiskRow(
            "external",
            6,
            "It is at home in another organisation.",
            _is_from(Origin.EXTERNAL, "comes from another organisation"),
        ),
        RiskRow(
            "microsofts",
            -15,
            "It is at home in a tenant of Microsoft's, which nobody else can claim.",
            _is_from(Origin.MICROSOFT, "is one of Microsoft's own"),
        ),
        RiskRow("new", 8, f"It came into the tenant within the last {NEW_FOR.days} days.", _is_new),
    ),
)
_PUBLISHER = RiskPart(
    title="Publisher",
    rows=(
        RiskRow(
            "unverifiedExternal",
            14,
            "It is at home in another organisation, and Microsoft has not verified its publisher.",
            _is_unverified_external,
        ),
        RiskRow("verified", -8, "Microsoft has verified its publisher.", _is_verified),
        RiskRow(
            "certified",
            -8,
            "Microsoft 365 has certified it.",
            _is_certified(Certification.MICROSOFT_365_CERTIFIED, "Microsoft 365 has certified it"),
        ),
        RiskRow(
            "attested",
            -3,
            "Its publisher has attested to Microsoft how it treats data.",
            _is_certified(Certification.PUBLISHER_ATTESTED, "its publisher has attested how it treats data"),
        ),
        RiskRow("disabledByMicrosoft", 30, "Microsoft disabled it.", _is_disabled_by_microsoft),
        RiskRow(
            "lookAlikeName",
            15,
            "Its name, or its publisher's, has letters that pass for others.",
            addresses.look_alike_name,
        ),
        RiskRow(
            "lookAlikeStranger",
            16,
            "It is at home in another organisation and has such letters in its name, or its publisher's.",
            _is_disguised,
        ),
    ),
)
_REPLY_URLS = RiskPart(
    title="Reply URLs",
    rows=(
        RiskRow(
            "tunnelReplyUrl",
            12,
            "Tokens may go to a tunnel, behind which is anybody's machine.",
            addresses.tunnel_reply_url,
        ),
        RiskRow(
            "lookAlikeReplyUrl",
            12,
            "Tokens may go to a host with letters that pass for others.",
            addresses.look_alike_reply_url,
        ),
        RiskRow("plainHttpReplyUrl", 6, "Tokens may go over plain http.", addresses.plain_http_reply_url),
        RiskRow(
            "localhostReplyUrl",
            2,
            "Tokens may go to the user's own machine, as those of attack kits and of native apps do.",
            addresses.localhost_reply_url,
        ),
    ),
)

ORIGIN: Final = (_HOME, _PUBLISHER, _REPLY_URLS)
