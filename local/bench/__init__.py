"""Measures the speed of the policy engine on a given workload, with its hits checked against the interpreter."""
