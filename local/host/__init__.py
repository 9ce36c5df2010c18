"""A function host for one machine: runs an unmodified Azure Functions app with the platform's semantics.

``python -m local host`` starts it (``command``), ``process.HostProcess`` starts it from another program.
``host`` puts it together; ``worker`` drives the Python worker that Azure itself runs; ``invoker`` runs functions
for the triggers in ``http``, ``queues`` and ``timers``; ``identity`` says who calls.
"""
