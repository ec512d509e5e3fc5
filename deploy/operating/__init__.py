"""What an operator does for what was counted: keeps copies, puts one back, forgets, and looks whether all is well."""
