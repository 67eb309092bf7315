"""The whole service under violence: `make chaos`, and its short form in the suite.

`plan.py` writes a script of questions, votes, runs, kills and network troubles by a seed; `stage.py`
starts web, workers and Valkey as processes of their own; `network.py`, `road.py`, `slack.py` and
`models.py` stand between them and make trouble; `load.py`, `people.py` and `retraining.py` play the
script; `audit*.py` say at the end what was lost, doubled or left behind.
"""
