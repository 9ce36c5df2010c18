"""GET apps: the apps of the tenant."""

import secrets

import azure.functions as func

from functions.models.problems import FieldError
from functions.pages.active_filters import active_filters
from functions.pages.answers import View
from functions.pages.app_forms import AppsPageParameters, filters_of, parameters_of
from functions.pages.app_views import (
    FIRST_TRAITS,
    FURTHER_TRAITS,
    SORT_NAMES,
    TRAIT_NAMES,
    VIEWS,
    current_view,
    offered_apis,
)
from functions.pages.forms import NoForm
from functions.pages.inventory_parts import missing_parts, report_of_use
from functions.pages.page import page
from functions.pages.routes import APPS
from functions.pages.visits import Visit
from functions.problems import invalid
from shared.domain.app_summaries import AppStatus, Consent, PermissionType
from shared.domain.apps import Certification, Origin
from shared.domain.privileges import Privilege
from shared.pipeline.inventory.app_list import hidden_matches, list_apps, untold
from shared.pipeline.services import Services

blueprint = func.Blueprint()


@page(blueprint, APPS)
async def show_apps(visit: Visit[AppsPageParameters, NoForm], services: Services) -> View:
    asked, query = visit.parameters, visit.parameters.query()
    try:
        found = await list_apps(services, query, asked.top, asked.cursor, visit.now)
    except ValueError:
        raise invalid(FieldError(field="cursor", message="is not one of ours for these filters")) from None
    hides = asked.text is not None and not asked.include_microsoft
    report = report_of_use(found.completeness)
    values = {
        "found": found.page,
        "asked": asked,
        "query": query,
        "completeness": found.completeness,
        "missing": missing_parts(found.completeness),
        "use_read": report.state.last_read if report else None,
        "active": active_filters(query),
        "untold": await untold(services, query, visit.now),
        "link": visit.link,
        "hidden": await hidden_matches(services, query, visit.now) if hides else 0,
        "first": visit.link(cursor=None) if asked.cursor else None,
        "next": visit.link(cursor=found.page.next) if found.page.next else None,
        "views": VIEWS,
        "current": current_view(query),
        "exported": parameters_of(query),
        "request_key": secrets.token_urlsafe(16),
        **_choices(asked),
    }
    return View(template="apps.html", values=values)


def _choices(asked: AppsPageParameters) -> dict[str, object]:
    """What the form offers."""
    return {
        "privileges": sorted(Privilege, key=lambda privilege: privilege.rank, reverse=True),
        "origins": list(Origin),
        "consents": list(Consent),
        "statuses": list(AppStatus),
        "permission_types": list(PermissionType),
        "certifications": list(Certification),
        "apis": offered_apis(asked.api),
        "first_traits": FIRST_TRAITS,
        "further_traits": FURTHER_TRAITS,
        "all_traits": tuple(TRAIT_NAMES),
        "sorts": SORT_NAMES,
        "has_further": bool(filters_of(asked.query()).keys() - {"text", "privilege", "riskFrom", "trait"})
        or bool((asked.trait or frozenset()) & set(FURTHER_TRAITS)),
    }
