"""Policies that tests write by the pages."""

from uuid import uuid4

from tests.pages.browser import OWN_PAGE, Browser, Page

TEXT = """id: {id}
title: {title}
kind: app
state: {state}
when:
  all:
    - app.consentedUsers: {{ge: 500}}
    - app.origin: {{eq: external}}
"""


def fresh_id() -> str:
    return f"page-{uuid4().hex[:10]}"


def text_of(policy_id: str, title: str = "Many users", state: str = "inactive") -> str:
    return TEXT.format(id=policy_id, title=title, state=state)


def write(browser: Browser, text: str, **fields: str) -> Page:
    """Send the form in which a policy is written."""
    return browser.submit(browser.get("/new-policy"), "/new-policy", OWN_PAGE, text=text, **fields)


def written(browser: Browser, title: str = "Many users") -> str:
    """The path of the page of a new policy."""
    policy_id = fresh_id()
    made = write(browser, text_of(policy_id, title))
    assert made.status == 303, made.text
    return f"/policies/{policy_id}"
