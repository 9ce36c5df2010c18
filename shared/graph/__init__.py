"""Microsoft Graph: pages, changes and the few writes. The only importer of the Graph SDK, and only on first use."""
