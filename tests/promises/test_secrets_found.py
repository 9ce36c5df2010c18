"""The search for secrets finds them in every form, or the test that relies on it would show nothing."""

import base64
import gzip
from urllib.parse import quote

import pytest

from tests.promises.secrets_found import secrets_in

SECRET = "canary/secret+value=7f3a"
TOKEN = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzb21lYm9keSBhdCBhbGwifQ.c2ln"


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("after", ["", "z", "zy"])
def test_a_secret_is_found_in_every_form_wherever_it_stands(before: str, after: str) -> None:
    text = f"{before}{SECRET}{after}"
    forms = [text.encode(), quote(text, safe="").encode(), text.encode().hex().encode(), gzip.compress(text.encode())]
    forms += [base64.b64encode(text.encode()), base64.urlsafe_b64encode(text.encode())]
    assert [secrets_in(form, {"secret": SECRET}) for form in forms] == [["secret"]] * len(forms)


def test_a_token_is_found_whoever_made_it() -> None:
    assert secrets_in(f"Authorization: Bearer {TOKEN}".encode(), {}) == ["token"]


def test_another_text_holds_no_secret() -> None:
    assert secrets_in(b"canary/secret+value=7f3b eyJ eyJhbGciOi", {"secret": SECRET}) == []
