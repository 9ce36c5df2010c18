"""The host alone, for programs that start it: ``python -m local.host``."""

import argparse
import sys

from local.host.command import add_arguments, run

if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="python -m local.host", description="Run a Functions app.")
    add_arguments(_parser)
    sys.exit(run(_parser.parse_args()))
