"""`fjes doctor`: one function looks at one thing and says what it found; `doctor.py` lists them all."""
