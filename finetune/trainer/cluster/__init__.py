"""Trainings on a Ray cluster: how they are started there, and what they need on its nodes.

Used where TRAINER_LAUNCHER=ray. `ray_launcher` is the server's side and `ray_training` the cluster's;
Ray itself is imported only when it is asked for.
"""
