"""Names of people, companies and apps; some of the apps' are hostile."""

from random import Random

_GIVEN = ("Adele", "Bao", "Carmen", "Dario", "Eszter", "Femi", "Grace", "Henrik", "Ines", "Jonas", "Kofi", "Lena")
_SURNAMES = ("Adler", "Boateng", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Horvath", "Ito", "Jansen", "Khan")
_COMPANIES = ("Adatum", "Fabrikam", "Litware", "Northwind", "Proseware", "Relecloud", "Tailspin", "Trey", "Wingtip")
_PURPOSES = ("Calendar", "Expenses", "Helpdesk", "Invoices", "Notes", "Payroll", "Reports", "Signatures", "Surveys")
_KINDS = ("App", "Bot", "Connector", "Importer", "Portal", "Sync")

_HOSTILE = (
    "Micr\N{CYRILLIC SMALL LETTER O}soft Outlook Add-in",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://attacker.example","Open")',
    "Sync\r\nINFO nothing happened",
    "Invoice\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
    "[Sign in](http://attacker.example) **now** <at>everyone</at>",
    "Pay\N{ZERO WIDTH SPACE}roll",
    "{{7*7}}${7*7}' OR ''='",
    "A" * 256,
)
_HOSTILE_EVERY = 37


def person(number: int) -> tuple[str, str]:
    """Name and user principal name of the tenant's n-th user."""
    given, surname = _GIVEN[number % 12], _SURNAMES[number // 12 % 11]
    mark = str(number // 132) if number >= 132 else ""
    return f"{given} {surname}", f"{given}.{surname}{mark}@contoso.example".lower()


def guest(number: int) -> tuple[str, str, str]:
    """Name, user principal name and mail of somebody from elsewhere."""
    name, upn = person(number)
    local, home = upn.partition("@")[0], f"{_COMPANIES[number % len(_COMPANIES)].lower()}.example"
    return name, f"{local}_{home}#EXT#@contoso.example", f"{local}@{home}"


def company(random: Random) -> str:
    return random.choice(_COMPANIES)


def app_name(number: int, random: Random) -> str:
    """A plain name, a hostile one here and there."""
    if number % _HOSTILE_EVERY == _HOSTILE_EVERY - 1:
        return _HOSTILE[number // _HOSTILE_EVERY % len(_HOSTILE)]
    return f"{company(random)} {random.choice(_PURPOSES)} {random.choice(_KINDS)}"
