"""``python -m local COMMAND``: everything that runs Consentry on one machine."""

import argparse
import os
import sys
from importlib import import_module

_COMMANDS = {
    "demo": ("local.demo.command", "run the whole product here on a made-up tenant under attack"),
    "host": ("local.host.command", "run the function app as Azure would"),
    "replay": ("local.replay.command", "judge exported logs and print the alerts; nothing is installed or granted"),
    "tenant": ("local.tenant.command", "a made-up tenant behind Microsoft Graph, served on this machine"),
    "policies": ("local.policies.command", "check, test, compare and apply policies; convert Sigma rules"),
    "permissions": ("local.permissions.command", "print the table of permissions and their privileges as JSON"),
    "docs": ("local.docs.command", "write or check the generated reference, the OpenAPI document included"),
    "bench": ("local.bench.command", "measure speed"),
}


def main(arguments: list[str]) -> int:
    """Only the command that is asked for is imported: each brings its own weight."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in arguments if word in _COMMANDS), None)
    for name, (module, purpose) in _COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:] + ".")
        if name == chosen:
            import_module(module).add_arguments(command)
    parsed = parser.parse_args(arguments)
    return int(import_module(_COMMANDS[parsed.command][0]).run(parsed))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever reads has read enough, as head does. Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
