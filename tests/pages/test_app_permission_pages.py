"""The permissions on the page of one app: their use, who granted them, and what would suffice."""

from uuid import uuid4

from msgspec import structs

from shared.domain.apps import (
    Origin,
    PermissionKind,
    SignIns,
)
from shared.domain.microsoft import EXCHANGE_ONLINE
from shared.domain.privileges import Privilege
from shared.domain.timeline import TimelineEntry, TimelineKind
from tests.pages.app_details import DAY, held, rows_of, said, section
from tests.pages.apps import NOW, make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Build, Know
from tests.pages.stored import store


def test_permissions_tell_their_use_its_basis_and_what_would_suffice(browser: Browser, known: Know) -> None:
    app = known(
        structs.replace(
            make_app("Overfed"),
            sign_ins=SignIns(application_client=NOW - DAY, last=NOW - DAY),
            use_read=NOW,
            first_seen=NOW - 200 * DAY,
            modified=NOW - 120 * DAY,
            permissions=(
                held("Mail.ReadWrite"),
                held("Mail.Read"),
                held("Files.Read", PermissionKind.DELEGATED, Privilege.MEDIUM),
            ),
        )
    )
    page = browser.get(f"/apps/{app.app_id}")
    rows = {row.partition(" ")[0]: row for row in rows_of(page, "permissions")}
    assert "cannot be told signs in as itself, which does not tell what it uses" in rows["Mail.Read"]
    assert "covered by Mail.ReadWrite" in rows["Mail.Read"]
    assert "not used has not signed in for a user for 90 days" in rows["Files.Read"]
    suffices = section(page, "permissions").one("dl", **{"class": "suffices"})
    assert [told.text for told in suffices.all("dd")] == ["Mail.ReadWrite", "Files.Read, Mail.Read"]
    assert "1 would suffice, 2 can go" in said(page, "permissions")


def test_who_granted_a_permission_and_when_is_told(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Granted"))
    entry = TimelineEntry(
        app_id=app.app_id,
        time=NOW - 200 * DAY,
        id="grant",
        kind=TimelineKind.EVENT,
        what="appRole.granted",
        sentence="ada@contoso.example granted Mail.ReadWrite",
        actor="ada@contoso.example",
        added=("Mail.ReadWrite",),
    )
    store(built, lambda services: services.timelines.add([entry]))
    page = browser.get(f"/apps/{app.app_id}")
    rows = {row.partition(" ")[0]: row for row in rows_of(page, "permissions")}
    assert "(6 months ago) by ada@contoso.example" in rows["Mail.ReadWrite"]
    assert "not recorded" in rows["User.Read"]
    assert "ada@contoso.example granted Mail.ReadWrite" in said(page, "timeline")


def test_three_hundred_permissions_are_all_there_and_most_folded_up(browser: Browser, known: Know) -> None:
    many = tuple(held(f"Made.Up{number:03}") for number in range(300))
    app = known(structs.replace(make_app("Greedy"), permissions=many))
    shown = section(browser.get(f"/apps/{app.app_id}"), "permissions")
    in_sight, folded = (table.all("tr") for table in shown.all("tbody"))
    assert (len(in_sight), len(folded)) == (25, 275)
    names = [row.all("code")[0].text for row in (*in_sight, *folded)]
    assert names == [permission.name for permission in many]
    assert shown.all("summary")[-1].text == "275 more of high privilege"


def test_an_api_that_has_no_name_is_told_by_its_id(browser: Browser, known: Know) -> None:
    api = str(uuid4())
    permissions = tuple(
        structs.replace(held("Do.All"), resource_app_id=resource) for resource in (api, None, EXCHANGE_ONLINE)
    )
    app = known(structs.replace(make_app("Calling"), permissions=permissions, origin=Origin.INTERNAL))
    shown = section(browser.get(f"/apps/{app.app_id}"), "permissions")
    names = [cell.text for cell in shown.all("td") if cell.attributes["data-name"] == "API"]
    assert names == [api, "not known", "Office 365 Exchange Online"]
