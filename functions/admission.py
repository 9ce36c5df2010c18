"""Who comes in at all, to the API and to the dashboard alike."""

from datetime import datetime

import azure.functions as func

from functions.models.problems import ProblemKind
from functions.problems import RequestRefused
from shared.bootstrap import access
from shared.domain.roles import Caller


async def admit(request: func.HttpRequest, now: datetime) -> Caller:
    """Who calls; what the caller may do is looked at next. Raises NotAuthenticated, RequestRefused and Unavailable."""
    caller = await access().identify(request.headers)
    if await access().gate.is_closed(now):
        raise RequestRefused(
            ProblemKind.AUTHENTICATION_BROKEN, "The platform lets forged identities through: tell an administrator."
        )
    return caller
