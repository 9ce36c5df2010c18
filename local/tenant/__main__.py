"""The tenant alone, for programs that start it: ``python -m local.tenant``."""

import argparse
import sys

from local.tenant.command import add_arguments, run

if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="python -m local.tenant", description="Serve a made-up tenant.")
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))
