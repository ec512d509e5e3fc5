"""The operators' page, followed line by line in an empty Debian: not part of `make test`, as it takes a while and root."""
