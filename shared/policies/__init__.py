"""The policy language, from text to judgement. No I/O beyond its own bundled files, no clock.

The way of a policy, one module a step:

``documents``    YAML text to plain values, with the line of every key
``model``        plain values to a ``Policy`` (pydantic)
``binding``      a ``Policy`` checked against a ``vocabulary`` to a tree of ``conditions``
``compiler``     many trees to one plain function (``loads``, ``comparisons``, ``readings``, ``generated_module``)
``ruleset``      judges an event or an app, and says what was not evaluated and why
``correlation``  decides windows and sequences from stored matches

``checks``       what every policy of the catalogue must satisfy; plays its tests (``examples``, ``trials``)

``interpreter`` walks the same trees slowly and plainly: it explains findings and is the compiler's measure in tests.
"""
