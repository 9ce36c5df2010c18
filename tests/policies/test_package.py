"""What the package says of itself."""

import pkgutil
import re

from shared import policies


def test_the_package_says_what_each_of_its_modules_is_for() -> None:
    named = set(re.findall(r"``(\w+)``", policies.__doc__ or ""))
    assert {module.name for module in pkgutil.iter_modules(policies.__path__)} <= named
