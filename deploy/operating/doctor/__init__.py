"""`fjes doctor`: one function looks at one thing and says what it found; `round.py` lists them all."""
