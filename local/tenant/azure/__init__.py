"""Azure Resource Manager's activity log, over the same tenant."""
