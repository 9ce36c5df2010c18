"""Events written back as the records that the services would have written.

The opposite of ``shared.sources``, quirks included: JSON in strings, names with an en dash and a trailing space, scopes
that are cumulative and begin with a space, times without a zone. Policies are tested through these forms, so that a
detection that reads well and never meets its record is found out.

``forms`` is the way in; each other module writes one form or one part of it.
"""
