"""What is kept: rows in one SQLite database, files and folders under one address.

The routes and the runner ask a store for one kind of thing each (files, uploads, models, jobs), and
get the state before a step or after it, whenever a process is killed. Trainings know no
database: they read and write the `storage` alone.
"""
