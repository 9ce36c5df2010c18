"""Policy files of a folder, under the names that a person would open them by.

A folder may be somebody's pull request: a link must not fetch what lies elsewhere on the machine, nor may a device, a
pipe or a file without end hold the command up.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.domain.display import inert
from shared.policies.errors import Problem

CATALOGUE = Path(__file__).resolve().parents[2] / "shared" / "policies" / "catalogue"
_LARGEST: Final = 1024 * 1024
_LONGEST_NAME: Final = 240
"""Of what the service takes for a name, less the room that signs written by their numbers need."""


class _Unread(Exception):
    """The file is not taken; the text says why."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


def read_files(path: Path) -> Iterator[tuple[str, str | Problem]]:
    """Name and text of the file itself, or of every YAML file below the folder, in the order of their names.

    A problem stands in for a text that cannot be had, or for all where there is no file.
    """
    found = [path] if path.is_file() else sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")])
    for file in found:
        name = _name(file)
        try:
            yield name, _text(file, path)
        except _Unread as error:
            yield name, Problem(str(error), file=name, line=error.line)
    if not found:
        yield str(path), Problem("no policy files (*.yaml) here", file=inert(str(path)), line=1)


def _text(file: Path, folder: Path) -> str:
    """Raises _Unread."""
    if file != folder and not file.resolve().is_relative_to(folder.resolve()):
        raise _Unread("the link leads out of the folder and is not followed")
    if not file.is_file():
        raise _Unread("not an ordinary file")
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise _Unread(f"the file is larger than {_LARGEST // 1024} KB")
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unread("not UTF-8 text; save the file as UTF-8", line) from None
    except OSError as error:
        raise _Unread(f"cannot be read: {error.strerror}") from None


def _name(file: Path) -> str:
    """Signs that end a line, or that nothing can print, are written by their numbers."""
    whole, here = file.resolve(), Path.cwd()
    name = (whole.relative_to(here) if whole.is_relative_to(here) else file).as_posix()
    if not name.isprintable():
        name = inert(name, _LONGEST_NAME)
    return name if len(name) <= _LONGEST_NAME else f"…{name[-_LONGEST_NAME:]}"
