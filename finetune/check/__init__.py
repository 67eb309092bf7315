"""The data check: what is wrong with a training file, and what it costs."""
