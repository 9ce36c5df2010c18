"""How one fact of an app is declared."""

from shared.policies.forms import Form
from shared.policies.vocabulary import Derivation, Fact, FactType, Root, Vocabulary


def app_fact(  # noqa: PLR0913 -- a row of a table
    name: str,
    kind: FactType,
    field: str,
    description: str,
    *,
    choices: tuple[str, ...] = (),
    unit: str | None = None,
    may_be_unknown: bool = True,
    element: Vocabulary | None = None,
    derive: Derivation | None = None,
    grows: bool = False,
    past: bool = False,
    most: int | None = None,
    lower: bool = False,
    form: Form | None = None,
) -> Fact:
    """A row of the tables of facts; ``field`` is the app's."""
    return Fact(
        name,
        kind,
        (field,),
        description,
        root=Root.APP,
        choices=choices,
        unit=unit,
        may_be_unknown=may_be_unknown,
        element=element,
        derive=derive,
        grows=grows,
        past=past or grows,
        most=most,
        lower=lower,
        form=form,
    )
