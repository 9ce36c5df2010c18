"""What is told of each source: what would mend it, and how it is switched on."""

import pytest

from functions.pages.source_guide import ALWAYS_READ, GUIDES, mending, switching_on
from shared.domain.ledger import SourceHealth
from shared.domain.streams import STREAMS, Stream


@pytest.mark.parametrize(
    ("source", "health", "told"),
    [
        (Stream.GRAPH_ACTIVITY, SourceHealth.PERMISSION_MISSING, "Grant the reader ThreatHunting.Read.All"),
        (Stream.AZURE_ACTIVITY, SourceHealth.PERMISSION_MISSING, "the role Monitoring Reader on the subscriptions."),
        (Stream.RISK_DETECTIONS, SourceHealth.NOT_LICENSED, "Without it, take riskDetections out of SOURCES"),
        (Stream.EXCHANGE_AUDITS, SourceHealth.FAILING, "the log of timer_collect_office"),
        (Stream.CLOUD_APP_EVENTS, SourceHealth.STALE, "whether timer_collect_hunting runs"),
    ],
)
def test_what_would_mend_a_source_is_told(source: Stream, health: SourceHealth, told: str) -> None:
    assert told in (mending(source, health) or "")


def test_nothing_is_to_mend_where_all_is_well_or_somebody_else_reads() -> None:
    assert mending(Stream.DIRECTORY_AUDITS, SourceHealth.OK) is None
    assert mending("by hand", SourceHealth.FAILING) is None


def test_every_stream_has_its_guide_and_can_be_switched_on_by_it() -> None:
    assert {*Stream} <= GUIDES.keys()
    for stream in {*Stream} - ALWAYS_READ:
        told = switching_on(stream)
        assert told.startswith(f"Add {stream} to SOURCES")
        assert all(other in told for other in STREAMS[stream].excludes)
