"""Microsoft Graph in front of the simulated tenant: what is asked, refused, throttled and answered as the service does.

Requests flow one way: ``http.py`` (the wire) to ``service.py`` (who may, how often, which route) to the operations
of ``routes.py``, which read through ``replicas.py`` and write by the verbs of the tenant.
"""
