"""The query API of Log Analytics, over the same tenant."""
