"""Whom an alert is told to: the routes that want it by themselves, and those that its policy names."""

from shared.domain.alerts import Alert
from shared.domain.policy_actions import ACTIONS_ROUTE
from shared.pipeline.detection.services import DetectionServices
from shared.policies.model import State


def routes_of(services: DetectionServices, alert: Alert) -> list[str]:
    """Of a policy in audit none but the former. A route that is not configured is passed over here: nobody could be
    told, and a policy that names one is refused when it is saved.
    """
    wanted = [name for name, route in services.routes.items() if route.wants(alert)]
    bound = services.rules().in_force.get(alert.policy_id)
    if bound is None or bound.policy.state is not State.ACTIVE:
        return wanted
    named = [action.route for action in bound.policy.actions if action.route in services.routes]
    acts = [ACTIONS_ROUTE] if any(action.route is None for action in bound.policy.actions) else []
    return list(dict.fromkeys([*wanted, *filter(None, named), *acts]))
