"""What it takes to keep policies; ``Services`` holds it with all the rest."""

from dataclasses import dataclass

from shared.pipeline.governance.ports import PolicyBooks
from shared.pipeline.governance.rule_book import RuleBook
from shared.pipeline.inventory.services import InventoryServices


@dataclass(frozen=True, kw_only=True)
class GovernanceServices(InventoryServices):
    books: PolicyBooks
    rule_book: RuleBook
