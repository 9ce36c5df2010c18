"""The logs that rules can be written for, by product and service."""

from collections.abc import Mapping
from typing import Final

from shared.policies.sigma.entra_logs import AUDITS, RISK_DETECTIONS, SIGN_INS
from shared.policies.sigma.log import Log
from shared.policies.sigma.m365_logs import EXCHANGE, THREATS, UNIFIED

LOGS: Final[Mapping[tuple[str, str], Log]] = {
    ("azure", "auditlogs"): AUDITS,
    ("azure", "signinlogs"): SIGN_INS,
    ("azure", "riskdetection"): RISK_DETECTIONS,
    ("m365", "audit"): UNIFIED,
    ("m365", "exchange"): EXCHANGE,
    ("m365", "threat_management"): THREATS,
    ("m365", "threat_detection"): THREATS,
}
