"""What an alert suggests, beside the policies that there are."""

from datetime import timedelta

from shared.domain.alerts import alert_id_of, fingerprint_of
from shared.domain.app_references import AppReference
from shared.domain.apps import App, Origin
from shared.domain.findings import Finding
from shared.domain.severities import Severity
from shared.pipeline.detection.deduplicate_alerts import raise_alerts
from shared.pipeline.governance.edit_policies import create_policy, update_policy
from shared.pipeline.governance.suggest_policies import SuggestedPolicy, suggest_policies
from shared.pipeline.services import Services
from tests.pipeline.governance.written import ADA, NOW, edit

APP = App(
    app_id="a1111111-1111-4111-8111-111111111111",
    display_name="Mail Merge Pro",
    owner_count=9,
    origin=Origin.EXTERNAL,
)
OTHER = "b2222222-2222-4222-8222-222222222222"


async def suggested(
    host: Services, policy_id: str, title: str = "Mail Merge Pro has many owners"
) -> list[SuggestedPolicy]:
    """What an alert of the policy about the app suggests."""
    await host.apps.save([APP], NOW)
    finding = Finding(
        policy_id=policy_id,
        policy_version=1,
        title=title,
        severity=Severity.LOW,
        group=(APP.app_id,),
        app=AppReference(app_id=APP.app_id, display_name=APP.display_name),
        observed=NOW,
    )
    await raise_alerts(host, [finding], NOW)
    alert_id = alert_id_of(fingerprint_of(policy_id, finding.group), 1)
    return [*await suggest_policies(host, alert_id, ADA, NOW + timedelta(minutes=1))]


async def test_a_suggested_tuning_keeps_what_was_chosen_before(host: Services) -> None:
    chosen = {"state": "audit", "scope": {"except": [OTHER]}, "parameters": {"most": 8}}
    await update_policy(host, "unused-app", chosen, edit())
    tunings = [one.tuning for one in await suggested(host, "unused-app") if one.tuning is not None]
    assert {**chosen, "scope": {"except": [OTHER, APP.app_id]}} in tunings
    assert {**chosen, "parameters": {"most": 16}} in tunings
    assert all(tuning["state"] == "audit" for tuning in tunings)


async def test_all_drafts_can_be_saved_side_by_side(host: Services) -> None:
    drafts = [one.definition for one in await suggested(host, "unused-app")]
    assert [one["id"] for one in drafts][1:4] == ["unused-app-quieter", "unused-app-quieter-2", "unused-app-stricter"]
    for one in drafts:
        await create_policy(host, one, edit())


async def test_a_draft_is_titled_by_the_policy_and_never_by_the_name_of_the_app(host: Services) -> None:
    of_a_policy = await suggested(host, "unused-app")
    of_none = await suggested(host, "gone", "Mail Merge Pro did it")
    titles = [one.definition["title"] for one in (*of_a_policy, *of_none)]
    assert "Like: An app that nobody uses" in titles
    assert "Like: {app} did it" in titles
    assert not any("Mail Merge" in title for title in titles)


async def test_a_variant_that_could_not_be_saved_is_not_suggested(host: Services) -> None:
    slow = {
        "id": "slow",
        "kind": "window",
        "on": ["credential.added"],
        "by": ["app.appId"],
        "parameters": {"most": {"default": "20d", "description": "How long it may take."}},
        "within": {"parameter": "most"},
        "having": {"count": "events", "ge": 2},
        "when": {"app.age": {"gt": {"parameter": "most"}}},
    }
    await create_policy(host, slow, edit())
    found = await suggested(host, "slow")
    assert {one.purpose for one in found} == {"pattern", "quieter", "stricter"}
    assert all(one.simulation is not None for one in found)
    assert not any("40d" in str(one.definition) for one in found)
