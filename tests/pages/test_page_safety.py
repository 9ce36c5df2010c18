"""What attackers write stays text on every page, and no page could run anything if it did not."""

import json
import re
from collections.abc import Iterator

import pytest
from msgspec import structs

from functions.pages.answers import View
from shared.domain.activities import Activity
from shared.domain.app_references import AppReference, Resolution
from shared.domain.apps import App, ConsentGrant, Credential, Owner, Permission, PermissionKind
from shared.domain.events import (
    Actor,
    ActorKind,
    Client,
    CredentialKind,
    Event,
    EventCredential,
    PermissionChange,
    PropertyChange,
    Resource,
    Source,
)
from shared.domain.findings import ConditionResult, Evidence, Finding
from shared.domain.privileges import Privilege
from shared.domain.severities import Severity
from tests.conftest import RecordFigure
from tests.domain.findings import START
from tests.pages.apps import make_app
from tests.pages.browser import Browser, Page
from tests.pages.conftest import Know, Raise
from tests.pages.policies import fresh_id, write

HOSTILE = [
    "<script>document.title='run'</script>",
    "\"><img src=x onerror=document.title='run'>",
    "' onmouseover='document.title=1' x='",
    "javascript:document.title='run'",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "</title></textarea></style><svg/onload=document.title='run'>",
    "invoice\u202egpj.exe",
    "zero\u200bwidth\u2066isolate",
    "line\nbreak\r\nand\x00nul",
    "Мicrosoft",
    "Z" + "\u0301" * 200 + "algo",
    "\u2028 separator",
    "long " * 3000,
    "<!-- ]]> -->&lt;b&gt;&#x3c;i&#x3e;",
]
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00]")


def hostile_event(text: str, activity: Activity) -> Event:
    """Every text of an event is what an attacker wrote."""
    reference = AppReference(app_id=text[:200], display_name=text, resolution=Resolution.RESOLVED)
    change = PermissionChange(before=(text,), after=(f"{text} more",))
    return Event(
        id=f"{activity} {text}",
        source=Source.DIRECTORY_AUDITS,
        activity=activity,
        operation=text,
        time=START,
        actor=Actor(kind=ActorKind.USER, id=text, name=text, app=reference),
        app=reference,
        resource=Resource(app_id=text, display_name=text),
        client=Client(ip_address=text, country=text, user_agent=text),
        changes=(PropertyChange(name=text, before=text, after=text),),
        consent_type=text,
        risk_reason=text,
        scopes=change,
        app_roles=change,
        app_role=text,
        credentials_added=(
            EventCredential(key_id=text, kind=CredentialKind.FEDERATED, display_name=text, issuer=text),
        ),
        directory_role=text,
        user=text,
        mailbox=text,
    )


def hostile_app(text: str) -> App:
    """Every text of an app is what an attacker wrote, but for its id, which Entra gives."""
    return structs.replace(
        make_app(text),
        publisher_name=text,
        homepage=text,
        reply_urls=(text,),
        tags=(text,),
        permissions=(
            Permission(name=text, kind=PermissionKind.DELEGATED, privilege=Privilege.HIGH, resource_app_id=text),
        ),
        credentials=(Credential(key_id=text, kind=CredentialKind.SECRET, display_name=text),),
        owners=(Owner(id=text, name=text, kind=text),),
        grants=(ConsentGrant(consent_type=text, scopes=(text,), resource_app_id=text),),
    )


def hostile_finding(number: int, text: str) -> Finding:
    conditions = (ConditionResult(condition=text, outcome="true", seen=text),)
    events = [hostile_event(text, activity) for activity in Activity]
    return Finding(
        policy_id="credential-added",
        policy_version=1,
        title=text,
        severity=Severity.HIGH,
        group=(f"hostile {number}",),
        app=events[0].app,
        observed=START,
        evidence=tuple(Evidence(event=event, step=text, conditions=conditions) for event in events),
        conditions=conditions,
    )


@pytest.fixture(scope="module")
def pages(browser: Browser, raise_alert: Raise, known: Know) -> list[Page]:
    """Every page that shows text of records, with the hostile texts on it."""
    return [
        *_alert_pages(browser, raise_alert),
        *_app_pages(browser, known),
        *_policy_pages(browser),
        *_lists(browser),
    ]


def _policy_pages(browser: Browser) -> Iterator[Page]:
    """One policy with every hostile text in it, and what a simulation of it shows before it has run."""
    texts = [text.replace("\x00", "")[:3000] for text in HOSTILE]
    definition = {
        "id": fresh_id(),
        "kind": "app",
        "title": "".join(texts)[:200],
        "description": texts[0],
        "triage": texts,
        "falsePositives": texts,
        "parameters": {"names": {"default": [text[:200] for text in texts], "description": texts[1], "unit": texts[5]}},
        "when": {"app.displayName": {"in": {"parameter": "names"}}},
    }
    yield browser.follow(write(browser, json.dumps(definition)))
    path = f"/policies/{definition['id']}"
    begun = browser.submit(browser.get(path), path, days="1")
    assert begun.status == 303
    yield browser.get(begun.header("location") or "", refresh="false")


def _app_pages(browser: Browser, known: Know) -> Iterator[Page]:
    for text in HOSTILE:
        app = known(hostile_app(text))
        yield browser.get(f"/apps/{app.app_id}")
        confirm = f"/apps/{app.app_id}/disable"
        plan = browser.get(confirm, alertId="\"><script>document.title='run'</script>")
        yield plan
        sent = browser.submit(plan, confirm, reason=text[:3000].replace("\x00", ""), alertId="")
        assert sent.status == 303
        yield browser.get(sent.header("location") or "", refresh="false")


def _lists(browser: Browser) -> Iterator[Page]:
    for path in ("/", "/alerts", "/apps", "/policies", "/remediations", "/heartbeats/teams/1"):
        yield browser.get(path)


def _alert_pages(browser: Browser, raise_alert: Raise) -> Iterator[Page]:
    for number, text in enumerate(HOSTILE):
        address = f"/alerts/{raise_alert(hostile_finding(number, text))}"
        written = browser.submit(
            browser.get(address), address, comment=f"I say {text[:3000]}".replace("\x00", ""), reason="<b>because</b>"
        )
        assert written.status == 303
        page = browser.get(address)
        yield page
        following = page.root.one("a", rel="next").attributes["href"]
        yield browser.get(f"{address}{following.partition('#')[0]}")
        yield browser.get("/alerts", text=text[:50].replace("\x00", ""))


def test_all_pages_are_there(pages: list[Page]) -> None:
    assert {page.status for page in pages} == {200}
    assert len(pages) == 6 * len(HOSTILE) + 8


def test_only_our_own_script_is_on_a_page_and_nothing_is_inline(pages: list[Page], record_figure: RecordFigure) -> None:
    for page in pages:
        for element in page.root.every():
            assert element.name not in {"style", "img", "iframe", "object", "embed", "base"}, page.path
            inline = [name for name in element.attributes if name.startswith("on") or name == "style"]
            assert not inline, page.path
            if element.name == "script":
                assert element.attributes["src"].startswith("/assets/")
                assert element.text == ""
    record_figure("S3", "pages with hostile text that hold no script but ours", len(pages))


def test_links_and_forms_stay_on_this_site(pages: list[Page]) -> None:
    for page in pages:
        for element in page.root.every():
            for name in {"href", "src", "action", "formaction"} & element.attributes.keys():
                target = element.attributes[name]
                # The admin centre of Microsoft Entra, by ids only, is the one place elsewhere.
                assert re.match(r"/(?!/)|[?#]|https://entra\.microsoft\.com/#view/", target), f"{page.path}: {target}"


def test_characters_that_hide_or_reorder_others_are_shown_by_their_code(pages: list[Page]) -> None:
    for page in pages:
        # What a visitor typed himself is given back to him as he typed it.
        typed = [element.attributes["value"] for element in page.root.all("input") if "value" in element.attributes]
        html = page.html
        for text in filter(None, typed):
            html = html.replace(text, "")
        assert not _HIDDEN.search(html), page.path
    assert "⟨U+202E⟩" in " ".join(page.html for page in pages)
    assert "⟨U+041C⟩icrosoft" in " ".join(page.html for page in pages)


def test_names_are_isolated_in_direction(pages: list[Page]) -> None:
    for page in pages:
        heading = page.root.all("h1")[0]
        if page.path.startswith("/alerts/"):
            assert [child.name for child in heading.every()] == ["bdi"]


def test_no_template_language_in_a_name_is_carried_out(pages: list[Page]) -> None:
    shown = " ".join(page.html for page in pages)
    assert "{{ 7 * 7 }}" in shown


def test_a_long_name_is_cut(pages: list[Page]) -> None:
    assert max(len(page.root.all("h1")[0].text) for page in pages) < 400


@pytest.mark.parametrize("path", ["/", "/alerts", f"/alerts/{'a' * 32}-1", "/alerts?severity=x"])
def test_every_page_forbids_what_it_does_not_need(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.header("content-security-policy") == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert page.header("x-content-type-options") == "nosniff"
    assert page.header("referrer-policy") == "same-origin"
    assert page.header("cache-control") == "no-store"
    assert page.header("content-type") == "text/html; charset=utf-8"


def test_assets_are_kept_by_browsers_and_have_their_types(browser: Browser) -> None:
    root = browser.get("/").root
    addresses = [element.attributes.get("href") or element.attributes["src"] for element in root.all("link", "script")]
    types = {}
    for address in addresses:
        asset = browser.get(address)
        assert asset.status == 200
        assert asset.header("cache-control") == "private, max-age=31536000, immutable"
        types[address.rpartition(".")[2]] = (asset.header("content-type") or "").partition(";")[0]
    assert types == {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@pytest.mark.parametrize("name", ["..%2Fpage.py", "..%2F..%2Fendpoint.py", "nothing.css", "consentry.css%00"])
def test_no_other_file_is_an_asset(browser: Browser, name: str) -> None:
    assert browser.get(f"/assets/x/{name}").status == 404


def test_a_view_without_a_value_that_its_template_names_is_an_error() -> None:
    from jinja2 import UndefinedError

    from functions.pages.rendering import Frame, render

    with pytest.raises(UndefinedError):
        render(View(template="problem.html"), Frame(now=START))
