"""A browser without scripts: it keeps the session, and sends with a form what browsers send."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urljoin, urlsplit

from tests.functions.api import header
from tests.local.host.sample_host import Answer, send
from tests.pages.documents import Element, fields_of, parse

_FORM = ("Content-Type", "application/x-www-form-urlencoded")
OWN_PAGE = (("Sec-Fetch-Site", "same-origin"),)


@dataclass(frozen=True)
class Page:
    """What an address answered. ``root`` is parsed when it is asked for."""

    path: str
    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def html(self) -> str:
        return self.answer.body.decode()

    @cached_property
    def root(self) -> Element:
        return parse(self.html)

    @property
    def text(self) -> str:
        return self.root.one("main").text

    def header(self, name: str) -> str | None:
        return header(self.answer, name)


@dataclass
class Browser:
    """Signed in as ``persona``, or not at all."""

    address: str
    persona: str | None = None
    _cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.persona is not None:
            self.sign_in(self.persona)

    def sign_in(self, persona: str, back: str = "/") -> Page:
        """Choose a persona on the local sign-in page; the answer leads back."""
        query = urlencode({"post_login_redirect_uri": back})
        return self.request("POST", f"/.auth/login/aad?{query}", (_FORM,), urlencode({"persona": persona}).encode())

    def get(self, path: str, **query: str) -> Page:
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path)

    def submit(self, page: Page, action: str, headers: tuple[tuple[str, str], ...] = OWN_PAGE, **changes: str) -> Page:
        """Send the form of a page that goes to ``action``, with some of its fields filled in."""
        form = page.root.one("form", method="post", action=action)
        return self.post(urljoin(page.path, action), {**fields_of(form), **changes}, headers)

    def post(self, path: str, fields: dict[str, str], headers: tuple[tuple[str, str], ...] = OWN_PAGE) -> Page:
        return self.request("POST", path, (_FORM, *headers), urlencode(fields).encode())

    def follow(self, page: Page) -> Page:
        """Go where an answer leads, which must be on this site."""
        assert page.status in {302, 303}
        location = page.header("location")
        assert location is not None
        assert location.startswith("/")
        return self.get(location)

    def request(self, method: str, path: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> Page:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = (*headers, ("Cookie", cookies)) if cookies else headers
        answer = send(self.address, path, method, sent, body)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self._keep(value)
        return Page(urlsplit(path).path, answer)

    def _keep(self, cookie: str) -> None:
        pair, _, attributes = cookie.partition(";")
        name, _, value = pair.partition("=")
        if "max-age=0" in attributes.lower():
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = value
