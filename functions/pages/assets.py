"""Style sheet, scripts and icon: files that a page names by their content, so that browsers may keep them for good."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from functions.pages.answers import AssetFile

_FOLDER = Path(__file__).parent / "assets"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def asset_address(name: str) -> str:
    """The path of an asset of ours. Raises KeyError for a name that there is not."""
    return f"/assets/{_version(_assets()[name])}/{name}"


def find_asset(name: str) -> AssetFile | None:
    """The asset, whatever version was asked for: a page from before an update gets today's."""
    return _assets().get(name)


def _version(asset: AssetFile) -> str:
    return sha256(asset.content).hexdigest()[:12]


@cache
def _assets() -> dict[str, AssetFile]:
    return {
        file.name: AssetFile(content=file.read_bytes(), media_type=_MEDIA_TYPES[file.suffix])
        for file in sorted(_FOLDER.iterdir())
        if file.suffix in _MEDIA_TYPES
    }
