"""The given workload: a Python file that writes documents and knows the rules over them, from a fixed seed."""

import subprocess
import sys
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from local.bench.event_documents import SIGN_IN
from local.bench.translate import Neutral
from local.bench.variations import name_in_event, name_of_app, varied


class Workload:
    """The workload in the file at ``path``; with ``policies``, so many rules of each kind, varied from its own."""

    def __init__(self, path: Path, policies: int | None = None) -> None:
        self.path = path
        self._policies = policies
        self._module = _load(path)

    @property
    def now(self) -> datetime:
        """The moment that the documents were made for."""
        now: datetime = self._module.NOW
        return now

    @property
    def app_rules(self) -> list[Neutral]:
        return varied(self._module.policies(), self._policies, name_of_app)

    @property
    def event_rules(self) -> list[Neutral]:
        return varied(self._module.rules(), self._policies, name_in_event)

    @property
    def activities(self) -> list[str]:
        """Every activity that its events can have."""
        return [*(name for _, name in self._module.ACT), SIGN_IN]

    def write(self, kind: str, count: int, path: Path) -> None:
        """Writes documents (``apps`` or ``events``), one a line. In another process: they need not fit in this one."""
        command = [sys.executable, str(self.path), kind, str(count), str(path)]
        subprocess.run(command, check=True)


def _load(path: Path) -> ModuleType:
    spec = spec_from_file_location("workload", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
