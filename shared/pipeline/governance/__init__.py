"""Policies as people keep them: written, tuned, switched, exempted, tried on the past."""
