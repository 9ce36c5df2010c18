"""Policy files of a folder, under the names that a person would open them by."""

from collections.abc import Iterator
from pathlib import Path

CATALOGUE = Path(__file__).resolve().parents[2] / "shared" / "policies" / "catalogue"


def policy_files(path: Path) -> Iterator[tuple[str, Path]]:
    """The file itself, or every YAML file below the folder, in the order of their names."""
    found = [path] if path.is_file() else sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
    here = Path.cwd()
    for file in found:
        whole = file.resolve()
        yield (whole.relative_to(here) if whole.is_relative_to(here) else file).as_posix(), file
