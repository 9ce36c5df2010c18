"""Judge exported logs on this machine: the same parsers, engine and catalogue as the service, nothing installed."""
