"""Who calls: App Service authentication and the authority behind it, played on one machine."""
