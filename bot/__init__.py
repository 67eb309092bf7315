"""Apprentice, a Slack bot that a team teaches. Start reading at `app.py`; wiring is `bootstrap`."""
