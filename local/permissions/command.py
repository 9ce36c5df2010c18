"""``python -m local permissions``: print the table of permissions and their privileges as JSON."""

import argparse
import json

from shared.domain.permissions import permission_rows
from shared.domain.privileges import Privilege


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command. A value that no row has is refused, and those there are get named."""
    apis = sorted({api for api, *_ in permission_rows()})
    parser.add_argument("--api", choices=apis, metavar="NAME", help=f"one API only: {', '.join(apis)}")
    privileges = [str(privilege) for privilege in Privilege]
    parser.add_argument("--privilege", choices=privileges, metavar="LEVEL", help=f"one of: {', '.join(privileges)}")


def run(args: argparse.Namespace) -> int:
    """Print an array, sorted by API, name and type; an object for each permission."""
    found = [
        {"api": api, "name": name, "type": kind, "privilege": privilege, "reason": reason}
        for api, name, kind, privilege, reason in permission_rows()
        if args.api in (None, api) and args.privilege in (None, privilege)
    ]
    print(json.dumps(found, indent=2))
    return 0
