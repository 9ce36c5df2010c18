"""The formula of the risk score: the one source of scores, explanations and the page that publishes it.

More permissions never lower a score: what lowers it says who vouches for the app, and no row of access takes points.
"""

from typing import Final

from shared.domain.risk_access import ACCESS
from shared.domain.risk_case import RiskPart
from shared.domain.risk_origin import ORIGIN
from shared.domain.risk_upkeep import UPKEEP

LOWEST: Final = 1
HIGHEST: Final = 100
FORMULA: Final[tuple[RiskPart, ...]] = (*ACCESS, *ORIGIN, *UPKEEP)
