"""OpenAI's documents as values: what a client may send, what it is answered, and who may come in.

The routes parse a request with these and render what the stores give them; nothing here trains or
answers, and a request that would not be obeyed is refused before anybody else hears of it.
"""
