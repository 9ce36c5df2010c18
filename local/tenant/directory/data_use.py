"""What apps do with mail, files and chats: told by the unified audit log, by hunting, and as calls of Graph."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypedDict, Unpack

from local.tenant.directory.collections import Object
from local.tenant.directory.data_records import (
    Access,
    chat_read,
    file_record,
    file_shared,
    hunting_row,
    inbox_rule,
    mail_read,
    mail_sent,
)
from local.tenant.directory.errors import not_found
from local.tenant.directory.graph_calls import GraphCalls
from local.tenant.directory.sign_in_records import token_id

EXCHANGE_AUDITS, SHAREPOINT_AUDITS, GENERAL_AUDITS = "exchangeAudits", "sharePointAudits", "generalAudits"
CLOUD_APP_EVENTS = "cloudAppEvents"
_LOGS = {"Exchange": EXCHANGE_AUDITS, "SharePoint": SHAREPOINT_AUDITS, "OneDrive": SHAREPOINT_AUDITS}
_MOST_OF_A_RECORD = 100
"""Items that one record of read mail names."""


class Manner(TypedDict, total=False):
    """How an app came: for itself unless ``delegated`` by whose data it is, now unless ``at`` another time."""

    delegated: bool
    at: datetime | None
    ip: str
    user_agent: str
    country: str | None


class DataUse(GraphCalls):
    """The part of ``Tenant`` for the use of data; users are named by object id or principal name.

    Every method raises Refused, and then nothing is told.
    """

    def read_mail(
        self, app_id: str, mailbox: str, items: int, *, sync: bool = False, size: int = 20_000, **manner: Unpack[Manner]
    ) -> None:
        """So many items, each of so many bytes; a synchronisation is one record, however many they are."""
        parts = [items] if sync else [min(_MOST_OF_A_RECORD, items - n) for n in range(0, items, _MOST_OF_A_RECORD)]
        for part in parts:
            record = partial(mail_read, items=part, size=size, sync=sync)
            self._use(app_id, mailbox, "GET", "/messages", record, size=part * size, **manner)

    def send_mail(
        self, app_id: str, mailbox: str, items: int = 1, *, size: int = 4_000, **manner: Unpack[Manner]
    ) -> None:
        for _ in range(items):
            self._use(app_id, mailbox, "POST", "/sendMail", partial(mail_sent, size=size), **manner)

    def change_inbox_rule(
        self, app_id: str, mailbox: str, name: str, forward_to: str | None = None, **manner: Unpack[Manner]
    ) -> None:
        """Makes a rule in the inbox that passes mail on and deletes it where there is an address to pass it to."""
        record = partial(inbox_rule, name=name, forward_to=forward_to)
        self._use(app_id, mailbox, "POST", "/mailFolders/inbox/messageRules", record, **manner)

    def download_files(
        self, app_id: str, user: str, files: int, size: int, label: str | None = None, **manner: Unpack[Manner]
    ) -> None:
        """So many files of the user's OneDrive, each of so many bytes; ``label`` is the id of a sensitivity label."""
        for number in range(files):
            record = partial(
                file_record, operation="FileDownloaded", name=f"report-{number}.docx", size=size, label=label
            )
            self._use(app_id, user, "GET", f"/drive/items/{number}/content", record, size=size, **manner)

    def share_file(self, app_id: str, user: str, name: str, **manner: Unpack[Manner]) -> None:
        """With anybody who has the link."""
        self._use(app_id, user, "POST", "/drive/items/1/createLink", partial(file_shared, name=name), **manner)

    def read_chats(self, app_id: str, user: str, messages: int = 1, **manner: Unpack[Manner]) -> None:
        self._use(app_id, user, "GET", "/chats/getAllMessages", partial(chat_read, messages=messages), **manner)

    def _use(
        self,
        app_id: str,
        whose: str,
        method: str,
        path: str,
        record_of: Callable[[Access], Object],
        size: int = 0,
        **manner: Unpack[Manner],
    ) -> None:
        access = self._access(app_id, whose, manner)
        record = record_of(access)
        self.log(_LOGS.get(record["Workload"], GENERAL_AUDITS)).emit(record, access.moment)
        self.log(CLOUD_APP_EVENTS).emit(hunting_row(access, record), access.moment)
        user_id = str(access.whose["id"])
        self.call_graph(
            app_id,
            method,
            f"/users/{user_id}{path}",
            user=user_id if access.delegated else None,
            at=access.moment,
            status=200 if method == "GET" else 202,
            size=size,
            ip=access.ip,
            user_agent=access.user_agent,
            country=access.country,
        )

    def _access(self, app_id: str, whose: str, manner: Manner) -> Access:
        principal = self.service_principal_of(app_id)
        user = self.users.get(whose) or next(islice(self._named(whose), 1), None)
        if principal is None or user is None:
            raise not_found(whose if principal else app_id)
        delegated = manner.get("delegated", False)
        moment = manner.get("at") or self.clock.now()
        return Access(
            id=self.new_id(),
            tenant_id=self.tenant_id,
            moment=moment,
            app=principal,
            whose=user,
            delegated=delegated,
            token_id=token_id(app_id, str(user["id"]) if delegated else None, moment),
            ip=manner.get("ip", "203.0.113.10"),
            user_agent=manner.get("user_agent", "python-requests/2.32.5"),
            country=manner.get("country"),
        )

    def _named(self, principal_name: str) -> Iterator[Object]:
        return (user for user in self.users.all() if user["userPrincipalName"] == principal_name)
