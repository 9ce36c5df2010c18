"""Who writes to the directory."""

from dataclasses import dataclass, replace
from typing import Self

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
_ESTS_NAME, _ESTS_ADDRESS = "Azure ESTS Service", "20.190.128.10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A user or an app: made by ``user`` or ``app``. ``id`` is the user's or the service principal's object id."""

    id: str
    is_user: bool
    user_principal_name: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    display_name: str | None = None

    @classmethod
    def user(
        cls, user_id: str, user_principal_name: str, ip_address: str | None = None, user_agent: str | None = BROWSER
    ) -> Self:
        return cls(
            id=user_id,
            is_user=True,
            user_principal_name=user_principal_name,
            ip_address=ip_address,
            user_agent=user_agent,
        )

    @classmethod
    def app(cls, service_principal_id: str, display_name: str) -> Self:
        return cls(id=service_principal_id, is_user=False, display_name=display_name)

    def as_token_service(self) -> Self:
        """The same user as records name one where the token service wrote them: its name, and its own address."""
        return replace(self, display_name=_ESTS_NAME, ip_address=_ESTS_ADDRESS, user_agent="EvoSTS")
