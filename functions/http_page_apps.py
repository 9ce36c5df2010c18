"""GET apps: the apps of the tenant."""

import azure.functions as func

from functions.models.problems import FieldError
from functions.pages.answers import View
from functions.pages.app_forms import AppsPageParameters
from functions.pages.forms import NoForm
from functions.pages.page import page
from functions.pages.routes import APPS
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.app_summaries import Consent
from shared.domain.apps import Origin
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.app_list import hidden_matches, list_apps
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, APPS)
async def show_apps(visit: Visit[AppsPageParameters, NoForm], services: Services) -> View:
    asked = visit.parameters
    try:
        found = await list_apps(services, asked.query(), asked.top, asked.cursor, visit.now)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    hides = asked.text is not None and not asked.include_microsoft
    hidden = await hidden_matches(services, asked.query(), visit.now) if hides else 0
    values = {
        "found": found.page,
        "asked": asked,
        "completeness": found.completeness,
        "privileges": sorted(Privilege, key=lambda privilege: privilege.rank, reverse=True),
        "origins": list(Origin),
        "consents": list(Consent),
        "is_filtered": any(name not in {"cursor", "top", "sort"} for name, _ in visit.query),
        "link": visit.link,
        "hidden": hidden,
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.page.next) if found.page.next else None,
    }
    return View(template="apps.html", values=values)
