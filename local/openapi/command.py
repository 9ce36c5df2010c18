"""``python -m local openapi [--check]``: write the OpenAPI document, or check that it is valid and current."""

import argparse
import json
import sys
from pathlib import Path

from openapi_spec_validator import validate

from functions.openapi import document

_FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the file is not current")


def run(args: argparse.Namespace) -> int:
    """0 where the file is current, 1 where it is not. Raises OpenAPIError for a document that breaks the standard."""
    made = document()
    validate(made)
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    if _FILE.exists() and _FILE.read_text(encoding="utf-8") == text:
        return 0
    if args.check:
        print("docs/reference/openapi.json: is not current; run python -m local openapi", file=sys.stderr)
        return 1
    _FILE.write_text(text, encoding="utf-8")
    print("wrote docs/reference/openapi.json")
    return 0
