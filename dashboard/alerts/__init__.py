"""Alerts: what somebody should know of without looking at the page, and how they come to know it."""
