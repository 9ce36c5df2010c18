"""What does not call Graph does not wait for the SDK."""

import subprocess
import sys

import pytest

HEAVY = "{'msgraph', 'msgraph_core', 'kiota_abstractions', 'httpx', 'azure'}"


@pytest.mark.parametrize("module", ["directory", "audits", "usage_reports", "app_switch", "connection"])
def test_the_sdk_is_imported_on_first_use_only(module: str) -> None:
    code = (
        f"import sys; from shared.graph import {module}; from shared.graph.connection import GraphConnection;"
        f"GraphConnection('https://graph.example.org'); print(sorted({HEAVY} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
