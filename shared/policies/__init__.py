"""The policy language, from text to judgement. No I/O beyond its own bundled files, no clock.

The way of a policy, one module a step:

``documents``    YAML text to plain values, with the line of every key
``loader``       plain values to a ``Policy``, which ``model`` describes; ``errors`` says what is wrong and where,
                 ``further_problems`` all of it at once
``binding``      a ``Policy`` checked against a ``vocabulary`` to a tree of ``conditions``, by ``grammar``,
                 ``operands``, ``operators``, ``patterns``, ``forms`` and ``quantities``
``compiler``     many trees to one plain function (``readings``, ``loads``, ``comparisons``, ``expressions``,
                 ``condition_keys``, ``generated_module``)
``ruleset``      judges an event or an app (``outcomes``, ``judgements``), and says what was not evaluated and why
``correlation``  decides ``windows`` and ``sequences`` from stored matches (``moments``)

``interpreter`` walks the same trees slowly and plainly: it explains findings and is the compiler's measure in tests.

What a condition may name: ``facts`` is the whole vocabulary. ``event_facts``, ``app_facts`` (``app_fact`` declares one;
``app_consent_facts``, ``app_use_facts``), ``usage_facts``; those that are computed are in ``app_derivations``,
``consent_derivations``, ``use_derivations`` and ``percentages``. ``lists`` are named lists, and ``baselines`` tell what
is usual.

What is asked of policies beside a judgement:

``explanations``  what the conditions of an app policy say of an app now
``due``           when time alone may change an answer
``baseline_use``  which rules compare with baselines
``needs``         what a policy needs to be told, by ``tellers``, which says what can tell it
``impossible``    combinations of conditions that can never hold
``screening``     whether an event may match at all, told by few of its fields

The policies of a tenant:

``policy_entries``  the bundled ones as they were tuned (``tuning``), and those that people wrote
``templates``       policies with gaps to fill
``action_routes``   whether the routes that actions name are there
``policy_files``    a folder of files, read as a whole (``list_files``); ``sigma`` converts community rules in it
``policy_plan``     what applying a folder would change
``policy_yaml``     policies as the text of files
``policy_schema``   the JSON Schema of files (``condition_schema``)

Before one is switched on:

``simulation``   what a policy would have done (``simulation_windows``, ``simulation_tally``)
``suggestions``  a policy drafted from an alert, and ``variants`` of the one that raised it
``policy_tests`` plays a policy's own tests (``examples``, ``trials``)
``checks``       what every policy of the catalogue must satisfy
"""
