"""What an operator does for the sound of a terminal: looks what is missing, records people, makes placeholders."""
