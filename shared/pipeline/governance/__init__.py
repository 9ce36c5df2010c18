"""Policies as people keep them: written, tuned, switched, exempted, tried on the past.

``rule_book``         the rules in force, compiled anew when the policy book changed
``book_changes``      one change of the book, decided again where somebody else's came first

People change policies: ``edit_policies`` (``policy_states`` switches them), after ``check_definition``; each change is
one of ``policy_versions``. ``validate_policy`` only looks. ``acting_policies`` says who may change what disables apps.
Beside them ``exemptions`` and ``named_lists`` (``list_values``), and ``policy_templates`` to begin from.

People read them: ``policy_list``, ``policy_view``, ``policy_history``, ``policy_warnings``; ``written_policies`` as the
text of an editor, ``told_problems`` as callers are told what is wrong.

As code: ``policy_code`` compares and applies a folder (``folder_commits``), ``export_policies`` writes one,
``told_folders`` tells of one.

On the past: ``simulations`` are asked for and read, ``run_simulation`` runs one, which ``judge_simulation`` judges
(``simulated_events``, ``simulation_notes``). ``suggest_policies`` drafts policies from an alert.
"""
