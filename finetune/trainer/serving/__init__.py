"""Who answers: models in this process, or a vLLM that requests are passed on to.

The routes know `port.py` alone; `choice.py` says which of the two stands behind it, and imports the
parts of vLLM only when it is that one.
"""
