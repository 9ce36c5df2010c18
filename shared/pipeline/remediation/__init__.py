"""Taking apps out of action, with a way back."""
