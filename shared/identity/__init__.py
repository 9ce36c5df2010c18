"""Who calls: the platform's word, a bearer token that must agree with it, and the roles both amount to."""
