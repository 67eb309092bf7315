"""What the commands of `finetune` do; `cli.py` reads their options, opens a session, calls them."""
