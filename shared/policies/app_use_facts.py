"""The facts of an app that tell what it did lately, summed up once a day from the record of activity.

Days are complete ones of UTC; the last lies two or three days back, as records come late. All are unknown where no
activity is collected, and for an app of which nothing was summed up for three days, as of one that has done nothing
for weeks. Those of calls are of Microsoft Graph alone: null for an app that holds no permission for it, and unknown
where no requests to Microsoft Graph are collected.
"""

from shared.domain.events import Service
from shared.policies import use_derivations as derivations
from shared.policies.app_fact import app_fact
from shared.policies.vocabulary import Fact, FactType, Vocabulary

_SERVICES = tuple(service.value for service in Service)
_ACTIVITY = "activity"

_SERVICE = Vocabulary(
    [
        Fact("service", FactType.TOKEN, ("service",), "Which one.", choices=_SERVICES, may_be_unknown=False),
        Fact(
            "events",
            FactType.NUMBER,
            ("events",),
            "What the app did there on the last complete day.",
            unit="events",
            may_be_unknown=False,
        ),
        Fact(
            "usual",
            FactType.NUMBER,
            ("usual",),
            "The median of the 14 days before; null while fewer than 7 days are known.",
            unit="events",
            may_be_unknown=False,
        ),
        Fact(
            "increase",
            FactType.NUMBER,
            ("events",),
            "By how much events exceed what is usual; null where that is not known or nought.",
            unit="percent",
            may_be_unknown=False,
            derive=derivations.increase_of_service,
        ),
    ]
)

APP_USE_FACTS: tuple[Fact, ...] = (
    app_fact(
        "app.bytesPerDay",
        FactType.NUMBER,
        _ACTIVITY,
        "Bytes read and sent on the last complete day, of all services, as far as records state any.",
        unit="bytes",
        derive=derivations.bytes_per_day,
    ),
    app_fact(
        "app.bytesIncrease",
        FactType.NUMBER,
        _ACTIVITY,
        "By how much app.bytesPerDay grew against the day before; null if there were none.",
        unit="percent",
        derive=derivations.bytes_increase,
    ),
    app_fact(
        "app.bytesPerHour",
        FactType.NUMBER,
        _ACTIVITY,
        "The most bytes of one hour of the last complete day.",
        unit="bytes",
        derive=derivations.bytes_per_hour,
    ),
    app_fact(
        "app.bytesIncreaseWeek",
        FactType.NUMBER,
        _ACTIVITY,
        "By how much the bytes of seven days grew against the seven before; null if there were none.",
        unit="percent",
        derive=derivations.bytes_increase_week,
    ),
    app_fact(
        "app.callsPerDay",
        FactType.NUMBER,
        _ACTIVITY,
        "Requests to Microsoft Graph on the last complete day; null if it holds no permission for it.",
        unit="calls",
        derive=derivations.calls_per_day,
    ),
    app_fact(
        "app.callsIncrease",
        FactType.NUMBER,
        _ACTIVITY,
        "By how much app.callsPerDay grew against the day before; null if there were none.",
        unit="percent",
        derive=derivations.calls_increase,
    ),
    app_fact(
        "app.callsPerHour",
        FactType.NUMBER,
        _ACTIVITY,
        "The most requests to Microsoft Graph in one hour of the last complete day.",
        unit="calls",
        derive=derivations.calls_per_hour,
    ),
    app_fact(
        "app.callsIncreaseWeek",
        FactType.NUMBER,
        _ACTIVITY,
        "By how much the requests of seven days grew against the seven before; null if there were none.",
        unit="percent",
        derive=derivations.calls_increase_week,
    ),
    app_fact(
        "app.errorRate",
        FactType.NUMBER,
        _ACTIVITY,
        "The share of its requests to Microsoft Graph that failed within seven days; null if there were none.",
        unit="percent",
        derive=derivations.error_rate,
        most=100,
    ),
    app_fact(
        "app.itemsPerDay",
        FactType.NUMBER,
        _ACTIVITY,
        "Items read, sent or changed on the last complete day, of all services.",
        unit="items",
        derive=derivations.items_per_day,
    ),
    app_fact(
        "app.itemsIncrease",
        FactType.NUMBER,
        _ACTIVITY,
        "By how much app.itemsPerDay grew against the day before; null if there were none.",
        unit="percent",
        derive=derivations.items_increase,
    ),
    app_fact(
        "app.labelsAccessed",
        FactType.TOKENS,
        _ACTIVITY,
        "The ids, in lower case, of the sensitivity labels of what it touched within 30 days.",
        derive=derivations.labels_accessed,
        lower=True,
    ),
    app_fact(
        "app.servicesAccessed",
        FactType.TOKENS,
        _ACTIVITY,
        "The services whose data it touched within 30 days.",
        choices=_SERVICES,
        derive=derivations.services_accessed,
    ),
    app_fact(
        "app.services",
        FactType.COLLECTION,
        _ACTIVITY,
        "The same services, each with how much it did there on the last complete day, and what is usual.",
        element=_SERVICE,
        derive=derivations.services,
    ),
)
