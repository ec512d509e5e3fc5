"""`fjes install`: makes a bare Debian a site's server or a terminal. Needs nothing but Python's standard library."""
