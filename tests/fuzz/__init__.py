"""Thousands of odd requests against the real bot: `python -m tests.fuzz --requests 10000 --seed 1`.

`shapes` has what Slack posts, `mutations` what may be wrong with it, `deliveries` sends it, signed, to
/slack/events; `browsing` asks for the pages as their OpenAPI document describes them. `house` is the
bot with all its services; everything it logs is searched for what nobody handled.
"""
