"""The page of the users who consented to an app for themselves: who they are, and to what."""

import asyncio

from functions.models.problems import FieldError
from functions.models.shapes import PageParameters
from functions.pages.answers import View
from functions.pages.forms import NoForm
from functions.pages.inventory_parts import unread_parts
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.inventory_reads import ReadStage
from shared.pipeline.inventory.app_list import completeness, find_app
from shared.pipeline.inventory.consents import ConsentingUsers, consenting_users
from shared.pipeline.services import Services


async def app_users_view(services: Services, visit: Visit[PageParameters, NoForm]) -> View:
    """Raises UnknownApp, and RequestRefused for a cursor that no page gave."""
    asked = visit.parameters
    app = await find_app(services, visit.path["id"])
    found, known = await asyncio.gather(_users(services, app.app_id, asked), completeness(services))
    values = {
        "app": app,
        "users": found.users,
        "total": found.total,
        "unread": unread_parts(known, ReadStage.GRANTS, ReadStage.USERS),
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.next) if found.next else None,
    }
    return View(template="app_users.html", values=values)


async def _users(services: Services, app_id: str, asked: PageParameters) -> ConsentingUsers:
    try:
        return await consenting_users(services, app_id, asked.top, asked.cursor)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours")) from None
