"""What the demonstration prints. Names come from the tenant, so they are shown inert."""

from typing import Any

from rich.console import Console
from rich.text import Text

from local.severity_styles import SEVERITY_STYLES
from shared.domain.display import inert


class Narrator:
    def __init__(self, console: Console) -> None:
        self._console = console

    def says(self, text: str) -> None:
        self._console.print(Text(inert(text), style="dim"))

    def announces(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(inert(text), style="bold"))

    def shows_alert(self, alert: dict[str, Any]) -> None:
        line = Text(f"  {alert['severity']:<14}", style=SEVERITY_STYLES[alert["severity"]])
        line.append(inert(alert["title"]), style="default")
        self._console.print(line)

    def shows_card(self, lines: list[str]) -> None:
        for line in lines:
            self._console.print(Text(f"  │ {inert(line)}", style="magenta"))

    def invites(self, dashboard: str, teams: str) -> None:
        self.announces("Your turn")
        self._console.print(f"  Dashboard      {dashboard}/")
        self._console.print(f"  Teams channel  {teams}/")
        self._console.print(f"  API            {dashboard}/api/alerts?severity=high")
        self._console.print("  Open an alert, triage it, disable its app, and undo that.")
        self._console.print("  Sign out to be somebody else. Ctrl-C ends the demonstration.")
