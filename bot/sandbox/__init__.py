"""A local Slack workspace in the browser: a stand-in for Slack, to try and to test the bot without an account.

A process of its own (`python -m bot.sandbox`). It knows Slack and nothing of the bot: the bot reaches
it through `SLACK_BASE_URL`, and it reaches the bot through signed requests to `/slack/events`.
"""
