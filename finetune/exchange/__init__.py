"""The dataset in and out: files for other tools, and other people's files as examples."""
