"""Faults: whole sites under seeded schedules of everything that breaks; in the end presses = counts."""
