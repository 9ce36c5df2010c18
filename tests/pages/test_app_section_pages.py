"""The sections of the page of one app: what each says, and what it says where nothing is known."""

import re

from msgspec import structs

from shared.domain.app_references import AppReference, Resolution
from shared.domain.inventory_reads import InventoryState, PartState, ReadStage
from shared.domain.known import UNKNOWN
from shared.domain.ledger import SourceHealth
from shared.domain.summarize import summary_of
from shared.domain.timeline import TimelineEntry, TimelineKind
from shared.domain.usage_reads import UsageReport, UsageState
from shared.pipeline.services import Services
from tests.domain.findings import event, finding
from tests.pages.app_details import DAY, TAKES_ROLES, full_app, held, rows_of, said, section, subject
from tests.pages.apps import NOW, inventory_stands, make_app
from tests.pages.browser import Browser
from tests.pages.conftest import Build, Know, Raise
from tests.pages.stored import store


def test_the_page_of_an_app_says_what_it_may_do_who_let_it_in_and_who_can_become_it(
    browser: Browser, known: Know, raise_alert: Raise
) -> None:
    app = known(make_app("Described Notes"))
    reference = AppReference(app_id=app.app_id, display_name="Described Notes", resolution=Resolution.RESOLVED)
    alert = raise_alert(finding(event("described", of=reference)))
    page = browser.get(f"/apps/{app.app_id}")
    [highest, lowest] = rows_of(page, "permissions")
    assert highest.startswith("Mail.ReadWrite Application Microsoft Graph cannot be told")
    assert highest.endswith("reads and changes all mail in every mailbox")
    assert lowest.startswith("User.Read Delegated, 3 users Microsoft Graph")
    assert [head.text for head in section(page, "permissions").all("h3")] == ["High 1", "Low 1"]
    assert rows_of(page, "grants") == ["Microsoft Graph 3 users User.Read"]
    states = {row.partition(" ")[0]: row for row in rows_of(page, "credentials")}
    assert "expired" in states["old"]
    assert "expiring" in states["due"]
    assert "active" in states["new"]
    assert rows_of(page, "owners") == ["kim@contoso.example user not known none known"]
    links = [link.attributes["href"] for link in page.root.all("a")]
    assert {f"/alerts/{alert}", f"/apps/{app.app_id}/disable", f"/app-timeline/{app.app_id}"} <= set(links)


def test_addresses_of_the_publisher_are_text_and_no_links(browser: Browser, known: Know) -> None:
    app = known(full_app("Addressed"))
    page = browser.get(f"/apps/{app.app_id}")
    shown = section(page, "addresses")
    for path in ("", "callback", "privacy"):
        assert f"https://app.contoso.example/{path}" in [code.text for code in shown.all("code")]
    assert shown.all("a") == []


def test_each_point_of_the_risk_has_its_reason_and_what_is_unknown_is_named(browser: Browser, known: Know) -> None:
    app = known(full_app("Explained"))
    page = browser.get(f"/apps/{app.app_id}")
    points = [int(cell.text) for cell in section(page, "risk").all("td")]
    [score] = re.findall(r"Risk (\d+) of 100", subject(page).text)
    assert min(max(sum(points), 1), 100) == int(score)
    assert points == sorted(points, reverse=True)
    assert "can become Global Administrator +40" in rows_of(page, "risk")
    unknown = [item.text for item in section(page, "risk").one("details").all("li")]
    assert "Microsoft disabled it." in unknown


def test_without_permissions_read_there_is_no_score(browser: Browser, known: Know) -> None:
    app = known(structs.replace(make_app("Unscored"), permissions=UNKNOWN, privilege=UNKNOWN))
    page = browser.get(f"/apps/{app.app_id}")
    assert "Risk not known" in subject(page).text
    assert "of 100" not in page.text
    assert "Not known." in said(page, "permissions")
    assert "not all that it holds was read" in said(page, "escalation")


def test_a_way_to_escalate_is_told_step_by_step(browser: Browser, known: Know) -> None:
    app = known(full_app("Climbing"))
    shown = section(browser.get(f"/apps/{app.app_id}"), "escalation")
    assert [head.text for head in shown.all("h3")] == [
        "It can become Global Administrator",
        "It can read every mailbox",
    ]
    assert [step.text for step in shown.all("ol")[0].all("li")] == [
        f"By {TAKES_ROLES} it assigns itself Global Administrator."
    ]


def test_a_way_through_another_app_leads_to_that_app(browser: Browser, built: Build) -> None:
    owner = structs.replace(make_app("Owning"), permissions=(held("Application.ReadWrite.OwnedBy"),))
    owned = structs.replace(make_app("Owned one"), permissions=(held(TAKES_ROLES),))

    async def tell(services: Services) -> None:
        await services.apps.save([owner, owned], NOW)
        owners: dict[str, tuple[str, ...]] = {owned.app_id: (owner.service_principal_id or "",)}
        await services.app_list.update([summary_of(owner, NOW), summary_of(owned, NOW)], owners)

    store(built, tell)
    shown = section(browser.get(f"/apps/{owner.app_id}"), "escalation")
    steps = [step.text for step in shown.all("ol")[0].all("li")]
    assert steps[0].startswith("By ownership and Application.ReadWrite.OwnedBy it adds a credential to Owned one")
    assert steps[1] == f"By {TAKES_ROLES} it assigns itself Global Administrator."
    through = shown.all("a")[0]
    assert (through.text, through.attributes["href"]) == ("Owned one", f"/apps/{owned.app_id}")


def test_an_app_without_a_way_says_so(browser: Browser, known: Know) -> None:
    plain = structs.replace(make_app("Level"), permissions=(), privilege=None, directory_roles=())
    page = browser.get(f"/apps/{known(plain).app_id}")
    assert "No way is known from what it holds." in said(page, "escalation")


def test_credentials_tell_their_holder_life_and_last_use(browser: Browser, known: Know) -> None:
    app = known(full_app("Keyed"))
    deploy, expired, expiring, federated = rows_of(browser.get(f"/apps/{app.app_id}"), "credentials")
    assert "active" in deploy
    assert "lives 365 days" in deploy
    assert "(4 days ago)" in deploy
    assert deploy.endswith("the registration")
    assert "expired" in expired
    assert "never, as far as the report tells" in expired
    assert "expiring" in expiring
    assert "not known" in expiring
    assert "trusts repo:contoso/app of https://token.contoso.example" in federated
    assert "no report tells" in federated


def test_owners_who_are_guests_or_disabled_stand_out(browser: Browser, known: Know) -> None:
    app = known(full_app("Owned"))
    first, second = rows_of(browser.get(f"/apps/{app.app_id}"), "owners")
    assert first == "kim user guest disabled Reader"
    assert second.endswith("service principal not known none known")


def test_directory_roles_tell_their_reach_and_their_group(browser: Browser, known: Know) -> None:
    app = known(full_app("Roled"))
    assert rows_of(browser.get(f"/apps/{app.app_id}"), "roles") == [
        "Global Reader the whole tenant directly",
        "User Administrator /units/said through the group said",
    ]


def test_sign_ins_are_told_by_way_and_never_is_not_unknown(browser: Browser, known: Know) -> None:
    told = browser.get(f"/apps/{known(full_app('Signing in')).app_id}")
    assert next(row for row in rows_of(told, "sign-ins") if "ago" in row).startswith("As itself")
    assert "For a user none that the report tells of" in rows_of(told, "sign-ins")
    never = browser.get(f"/apps/{known(structs.replace(make_app('Silent'), sign_ins=None)).app_id}")
    assert "The report of sign-in activity does not name it." in section(never, "sign-ins").text
    assert "From which countries it signs in is not collected" in section(never, "sign-ins").text
    unread = browser.get(f"/apps/{known(make_app('Unheard')).app_id}")
    assert "Not known." in section(unread, "sign-ins").text


def test_what_is_not_known_names_the_part_that_would_bring_it(browser: Browser, known: Know, built: Build) -> None:
    read = {stage.value: PartState(last_read=NOW - DAY) for stage in ReadStage if stage is not ReadStage.APPS}
    refused = PartState(health=SourceHealth.PERMISSION_MISSING, reason="users needs User.Read.All", last_read=NOW - DAY)
    unlicensed = PartState(health=SourceHealth.NOT_LICENSED, reason="needs Microsoft Entra ID P1")
    inventory = InventoryState(parts={**read, ReadStage.USERS.value: refused})
    usage = UsageState(parts={UsageReport.SERVICE_PRINCIPAL_SIGN_INS.value: unlicensed})
    app = known(make_app("Half read"))
    with inventory_stands(built, inventory, usage):
        page = browser.get(f"/apps/{app.app_id}")
    assert "Cannot be read: sign-in activity of apps. needs Microsoft Entra ID P1." in said(page, "sign-ins")
    for name in ("owners", "grants"):
        assert "Cannot be read: users. users needs User.Read.All. What is shown of it was read" in said(page, name)
    assert "Not read yet: sign-in activity of credentials." in said(page, "credentials")
    for name in ("roles", "addresses"):
        assert "read:" not in said(page, name)


def test_a_reason_and_its_full_stop_stay_together(browser: Browser, known: Know, built: Build) -> None:
    refused = PartState(health=SourceHealth.PERMISSION_MISSING, reason="users needs User.Read.All")
    app = known(make_app("Punctuated"))
    with inventory_stands(built, InventoryState(parts={ReadStage.USERS.value: refused})):
        page = browser.get(f"/apps/{app.app_id}")
    assert "users needs User.Read.All." in [each.text for each in section(page, "owners").all("bdi")]


def test_permissions_of_an_application_are_told_among_the_consents(browser: Browser, known: Know) -> None:
    by_itself = known(structs.replace(make_app("By itself"), permissions=(held("Mail.Read"),), grants=()))
    nothing = known(structs.replace(make_app("Nothing"), permissions=(), grants=(), consented_users=0))
    told = "Application permissions, consented by an administrator."
    assert told in said(browser.get(f"/apps/{by_itself.app_id}"), "grants")
    assert "None." in said(browser.get(f"/apps/{nothing.app_id}"), "grants")


def test_without_priority_accounts_nobody_is_said_to_be_none(browser: Browser, known: Know) -> None:
    told = said(browser.get(f"/apps/{known(full_app('Priorities')).app_id}"), "grants")
    assert "how many have a priority account is not known: no priority accounts are set" in told


def test_the_newest_ten_entries_of_the_timeline_stand_on_the_page(browser: Browser, known: Know, built: Build) -> None:
    app = known(make_app("Lively"))
    entries = [
        TimelineEntry(
            app_id=app.app_id,
            time=NOW - number * DAY,
            id=f"change-{number}",
            kind=TimelineKind.CHANGE,
            what="permissions",
            sentence=f"Change number {number:02}",
        )
        for number in range(30)
    ]
    store(built, lambda services: services.timelines.add(entries))
    shown = section(browser.get(f"/apps/{app.app_id}"), "timeline")
    told = [re.findall(r"Change number (\d\d)", item.text) for item in shown.all("li")]
    assert told == [[f"{number:02}"] for number in range(10)]
