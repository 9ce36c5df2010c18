"""The people and programs that may call a local app: one for each role, and the near misses."""

from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID, uuid5

# Made up, and the same on every machine, so that settings can name them.
TENANT_ID = "3d2f4c86-5a17-4b0e-9f43-6c1d8e0b7a21"
API_CLIENT_ID = "b7a0c5de-9e3f-4c62-8d15-2f6e4a9b1c30"

_NAMES = UUID(TENANT_ID)

# Template ids of directory roles; the same in every tenant.
_WIDS = {
    "application-administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "compliance-administrator": "17315797-102d-40b4-93e0-432062caca18",
    "global-administrator": "62e90394-69f5-4237-9190-012177145e10",
    "global-reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "security-administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "security-operator": "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
    "security-reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone who calls: a user with directory roles (``wids``), or an app with app roles (``roles``)."""

    name: str
    is_app: bool = False
    wids: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def object_id(self) -> str:
        """The object id in the directory."""
        return str(uuid5(_NAMES, self.name))

    @property
    def client_id(self) -> str:
        """The client that asked for the token: the app itself, or for users the dashboard's sign-in."""
        return str(uuid5(_NAMES, f"client of {self.name}")) if self.is_app else API_CLIENT_ID

    @property
    def display_name(self) -> str:
        """The name as people read it."""
        return self.name.replace("-", " ").capitalize()


def _users() -> tuple[Persona, ...]:
    with_directory_role = (Persona(name, wids=(wid,)) for name, wid in _WIDS.items())
    return (
        *with_directory_role,
        # No directory role of that name exists, so this one is an app role of the API.
        Persona("compliance-reader", roles=("ComplianceReader",)),
        Persona("nobody"),
    )


_APPS = (
    Persona("automation-reader", is_app=True, roles=("Alerts.Read",)),
    Persona("automation-updater", is_app=True, roles=("Alerts.Read", "Alerts.Update")),
    Persona("automation-without-role", is_app=True),
    # Directory roles of an app must not count as a user's.
    Persona("automation-with-wids", is_app=True, wids=(_WIDS["global-administrator"],)),
)

PERSONAS = MappingProxyType({persona.name: persona for persona in (*_users(), *_APPS)})
