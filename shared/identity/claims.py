"""The claims of a caller, whichever way they came: from the platform's header or from a verified token."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shared.domain.authentication import NotAuthenticated

_SINGLE = ("oid", "sub", "tid", "aud", "iss", "azp", "appid", "idtyp", "scp")


class Claims:
    """Claims by their short names. Raises NotAuthenticated if one that says who calls is given twice, differently."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        values: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            if value not in values[name]:
                values[name].append(value)
        self._values: Mapping[str, list[str]] = dict(values)
        for name in _SINGLE:
            if len(self.all(name)) > 1:
                raise NotAuthenticated(f"claim {name} has several values")

    def first(self, *names: str) -> str | None:
        """The first of these claims that is there and not empty."""
        return next((value for name in names for value in self.all(name) if value), None)

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])
