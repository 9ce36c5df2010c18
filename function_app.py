"""The function app: registers every trigger, and nothing else. Nothing is read or opened when it is indexed."""

import azure.functions as func

from functions import (
    http_get_alert,
    http_get_coverage,
    http_get_health,
    http_get_live,
    http_get_me,
    http_get_openapi,
    http_get_policy,
    http_list_alerts,
    http_list_evidence,
    http_list_history,
    http_list_policies,
    http_update_alert,
    http_update_alerts,
    queue_evaluate,
    queue_settle,
    timer_probe_authentication,
    timer_purge,
    timer_sweep,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for _trigger in (
    http_get_alert,
    http_get_coverage,
    http_get_health,
    http_get_live,
    http_get_me,
    http_get_openapi,
    http_get_policy,
    http_list_alerts,
    http_list_evidence,
    http_list_history,
    http_list_policies,
    http_update_alert,
    http_update_alerts,
    queue_evaluate,
    queue_settle,
    timer_probe_authentication,
    timer_purge,
    timer_sweep,
):
    app.register_functions(_trigger.blueprint)
