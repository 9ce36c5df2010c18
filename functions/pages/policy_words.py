"""What a policy says beside its conditions, in words: its scope, its actions, the values of its parameters."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from shared.domain.policy_book import PolicyBody, PolicySource
from shared.pipeline.governance.written_policies import ActionKind, State

STATE_MEANS: Final = {
    State.ACTIVE: "judged, raises alerts, and does what its actions say",
    State.AUDIT: "judged, raises alerts, and does nothing else",
    State.INACTIVE: "not judged",
}
KINDS: Final = {
    "app": "the state of an app",
    "event": "one event",
    "window": "how many events there are within a time",
    "sequence": "events that follow each other",
}
SOURCES: Final = {
    PolicySource.DETECTION: "detection",
    PolicySource.PREDEFINED: "predefined",
    PolicySource.USER_DEFINED: "your own",
}
_ACTIONS: Final = {
    ActionKind.NOTIFY: "tells",
    ActionKind.CALL_WEBHOOK: "calls",
    ActionKind.DISABLE_APP: "disables the app",
    ActionKind.REVOKE_GRANTS: "asks people to revoke its grants",
    ActionKind.REMOVE_CREDENTIAL: "asks people to remove the credential",
    ActionKind.ASK_FOR_APPROVAL: "asks somebody to decide",
}


@dataclass(frozen=True, kw_only=True)
class ParameterField:
    """One parameter as a form shows it. ``chosen`` is what was typed or tuned, empty where it is the default."""

    name: str
    description: str
    unit: str
    default: str
    chosen: str


def scope_words(scope: object) -> str:
    """Counts the apps rather than listing them."""
    if not isinstance(scope, dict) or not scope:
        return "all apps"
    ((word, chosen), *_) = scope.items()
    named = f"the list {chosen.get('list')}" if isinstance(chosen, dict) else _apps(chosen)
    return f"only {named}" if word == "only" else f"all apps but {named}"


def action_words(action: object) -> str:
    if not isinstance(action, dict):
        return "?"
    kind = str(action.get("do"))
    words = _ACTIONS[ActionKind(kind)] if kind in list(ActionKind) else kind
    return f"{words} {action['route']}" if action.get("route") else words


def parameter_fields(
    parameters: object, chosen: dict[str, object] | None = None, typed: dict[str, str] | None = None
) -> list[ParameterField]:
    """``parameters`` as the policy declares them, with the defaults that stand if nothing is chosen."""
    known = parameters.items() if isinstance(parameters, dict) else ()
    told = {name: value_text(value) for name, value in (chosen or {}).items()} if typed is None else typed
    return [
        ParameterField(
            name=name,
            description=str(each.get("description") or ""),
            unit=str(each.get("unit") or ""),
            default=value_text(each.get("default")),
            chosen=told.get(name, ""),
        )
        for name, each in known
        if isinstance(each, dict)
    ]


def value_text(value: object) -> str:
    """As a field of a form shows it: the values of a list are joined by commas."""
    if isinstance(value, list):
        return ", ".join(value_text(one) for one in value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def value_from(text: str, default: object) -> Any:
    """What was typed, of the default's type where it can be; else the text, which is then refused with its place."""
    if isinstance(default, list):
        like = default[0] if default else ""
        return [value_from(part.strip(), like) for part in text.replace("\n", ",").split(",") if part.strip()]
    if isinstance(default, str):
        return text.strip()
    return _scalar(text.strip())


def values_from(typed: dict[str, str], parameters: object) -> dict[str, Any]:
    """By parameter. One that the policy does not have keeps its text."""
    known = parameters if isinstance(parameters, dict) else {}
    return {name: value_from(text, _default(known.get(name))) for name, text in typed.items()}


def app_ids_from(text: str) -> list[str]:
    return list(dict.fromkeys(text.replace(",", " ").lower().split()))


def excepted_apps(body: PolicyBody) -> str | None:
    """The apps that the scope leaves out, one a line, for a form; None where it says anything else."""
    scope = body.get("scope")
    if scope is None:
        return ""
    left_out = scope.get("except") if isinstance(scope, dict) else None
    return "\n".join(map(str, left_out)) if isinstance(left_out, list) else None


def _default(parameter: object) -> object:
    return parameter.get("default") if isinstance(parameter, dict) else ""


def _scalar(text: str) -> str | bool | int | float:
    try:
        value = msgspec.json.decode(text, type=bool | int | float)
    except msgspec.DecodeError:
        return text
    return value


def _apps(chosen: object) -> str:
    count = len(chosen) if isinstance(chosen, list) else 0
    return f"{count:,} app{'' if count == 1 else 's'}"
