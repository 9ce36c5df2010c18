"""The nouns: events, apps, findings, alerts and who may do what. No I/O, no clock, no globals that change."""
