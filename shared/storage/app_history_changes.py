"""What differs between two files of the list. All of it blocks: call it in threads."""

import msgspec

from shared.domain.app_summaries import AppSummary
from shared.domain.inventory_days import AppChange
from shared.storage.app_list_columns import PASSING
from shared.storage.app_list_file import ListFile

LEAST_RISK = 5
"""Points by which the risk has to move to be told for itself: age and use alone move it a little each day."""

_BOTH = """
    SELECT app_id, before.number AS before_number, after.number AS after_number,
        coalesce(after.is_microsofts, before.is_microsofts) AS is_microsofts,
        before.lasting IS NOT after.lasting
            OR (before.risk IS NULL) IS NOT (after.risk IS NULL)
            OR abs(before.risk - after.risk) >= :least AS is_changed
    FROM past.apps AS before FULL JOIN main.apps AS after USING (app_id)
"""
_CHANGED = f"FROM ({_BOTH}) WHERE is_changed AND is_microsofts = 0"
_COUNT = f"SELECT count(*) {_CHANGED}"
_PAGE = f"""
    SELECT before.body, after.body
    FROM (SELECT * {_CHANGED} AND app_id > :after ORDER BY app_id LIMIT :top) AS found
        LEFT JOIN past.bodies AS before ON before.number = before_number
        LEFT JOIN main.bodies AS after ON after.number = after_number
    ORDER BY app_id
"""  # noqa: S608 -- as above

_decode = msgspec.json.Decoder(AppSummary).decode


def changes_between(then: ListFile, now: ListFile, top: int, after: str) -> tuple[tuple[AppChange, ...], int]:
    """The first changes behind the appId ``after``, by appId, and how many there are in all; without Microsoft's own
    apps, which change without anybody here doing anything.
    """
    with now.beside(then) as connection:
        values = {"least": LEAST_RISK, "after": after, "top": top}
        found = connection.execute(_PAGE, values).fetchall()
        total = connection.execute(_COUNT, values).fetchone()[0]
    return tuple(_change(before, later) for before, later in found), int(total)


def _change(before: bytes | None, after: bytes | None) -> AppChange:
    then = None if before is None else _decode(before)
    now = None if after is None else _decode(after)
    return AppChange(before=then, after=now, changed=_changed(then, now) if then and now else ())


def _changed(then: AppSummary, now: AppSummary) -> tuple[str, ...]:
    """The names of fields, that of the risk last; what passes by itself is not named."""
    lasting = (field for field in AppSummary.__struct_fields__ if field not in PASSING)
    changed = tuple(field for field in lasting if getattr(then, field) != getattr(now, field))
    return (*changed, "risk") if _moved(then.risk, now.risk) else changed


def _moved(then: int | None, now: int | None) -> bool:
    if then is None or now is None:
        return then is not now
    return abs(then - now) >= LEAST_RISK
