"""The operators' page, followed line by line in an empty Debian; not in `make test`, as it takes root and a while."""
