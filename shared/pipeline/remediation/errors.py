"""Why a request about remediations is not granted. The messages are fit for the caller."""

from shared.domain.remediations import Obstacle


class UnknownApp(Exception):
    """No app of this id is known."""


class UnknownRemediation(Exception):
    """There is no remediation of this id."""


class UnfitAlert(Exception):
    """The request refers to an alert that it cannot be made for."""


class UnknownAlertNamed(UnfitAlert):
    def __init__(self) -> None:
        super().__init__("names no alert")


class AlertOfAnotherApp(UnfitAlert):
    def __init__(self) -> None:
        super().__init__("names an alert about another app")


class RemediationRefused(Exception):
    """A guard stands in the way."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.message)
        self.obstacle = obstacle


class RemediationActive(Exception):
    """Another remediation of the app is not finished yet."""

    def __init__(self, remediation_id: str) -> None:
        super().__init__(f"Remediation {remediation_id} of this app is not finished.")
        self.remediation_id = remediation_id


class RequestKeyReused(Exception):
    """The caller has used this key for another request."""


class NothingToUndo(Exception):
    """The remediation has no way back, or no longer: the message says why."""
