"""The bot's words as frozen values, and the Protocols it needs from outside. No vendor here."""
