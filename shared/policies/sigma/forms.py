"""Values of rules that events hold in one known form. One of another form is one that no event ever has.

Community rules keep room for the reader's own values, such as ``<countries you operate in>``. Taken as they are, the
filters that hold them would filter nothing, and the rule would fire on every record.
"""

from shared.policies.forms import Form, in_form
from shared.policies.sigma.values import Refused


def country(text: str) -> str:
    """Raises Refused, as the others do."""
    return _read(Form.COUNTRY, text)


def guid(text: str) -> str:
    return _read(Form.GUID, text)


def address(text: str) -> str:
    return _read(Form.ADDRESS, text)


def _read(form: Form, text: str) -> str:
    read = in_form(form, text)
    if read is None:
        raise Refused(f"{text:.80} is not {form.value}, and nothing else is kept there")
    return read
