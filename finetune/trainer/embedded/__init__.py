"""The embedded engine: a 0.34 M parameter decoder, trained by JAX and served by NumPy on one core.

It learns the answers it is taught word by word, answers small rewordings of the questions, and
says that it has not been taught the rest. It understands nothing.
"""
