"""HTTP: the server, the routes of the app's functions, and the admin endpoints."""
