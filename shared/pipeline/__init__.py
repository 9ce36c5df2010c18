"""The verbs: what the service does, over small protocols that the adapters fulfil. One package for each concern."""
