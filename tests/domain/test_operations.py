"""Names of operations in the forms that the services write."""

import pytest

from shared.domain.activities import Activity
from shared.domain.operations import DATA_OPERATIONS, DIRECTORY_OPERATIONS, activity_of, clean_operation


@pytest.mark.parametrize(
    "written",
    [
        "Update application – Certificates and secrets management ",
        "Update application — Certificates and secrets management",
        "Update application - Certificates and secrets management",
        "Update application – Certificates and secrets management.",
        "  Update  application – Certificates and secrets management . ",
    ],
)
def test_one_operation_has_one_name(written: str) -> None:
    assert clean_operation(written) == "Update application - Certificates and secrets management"


@pytest.mark.parametrize(
    ("written", "activity"),
    [
        ("Consent to application.", Activity.CONSENT_GRANTED),
        ("CONSENT TO APPLICATION", Activity.CONSENT_GRANTED),
        ("Hard Delete application", Activity.APP_DELETED),
        ("Restore service principal", Activity.APP_RESTORED),
        ("Hard delete service principal", Activity.SERVICE_PRINCIPAL_REMOVED),
        ("Set verified publisher", Activity.APP_UPDATED),
        ("Add policy to service principal", Activity.POLICY_CHANGED),
        ("Add member to role in PIM completed (permanent)", Activity.DIRECTORY_ROLE_ASSIGNED),
        ("Add eligible member to role in PIM completed (timebound)", Activity.DIRECTORY_ROLE_ASSIGNED),
        ("Remove member from role completed (PIM deactivate)", Activity.DIRECTORY_ROLE_REMOVED),
        ("Add member to role requested (PIM activation)", Activity.OTHER),
        ("FileSyncDownloadedFull", Activity.FILE_DOWNLOADED),
        ("SendAs", Activity.MAIL_SENT),
        ("New-InboxRule", Activity.INBOX_RULE_CHANGED),
        ("New-TransportRule", Activity.OTHER),
        ("", Activity.OTHER),
    ],
)
def test_the_table_knows_the_activity(written: str, activity: Activity) -> None:
    assert activity_of(clean_operation(written)) is activity


def test_an_operation_is_what_its_records_first_become() -> None:
    for name, activities in {**DIRECTORY_OPERATIONS, **DATA_OPERATIONS}.items():
        assert clean_operation(name).lower() == name
        assert activity_of(name) is activities[0] is not Activity.OTHER
        assert len(set(activities)) == len(activities)
