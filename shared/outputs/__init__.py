"""The ways out: what alerts are sent to. Rendering is pure; sending is the thin shell around it."""
