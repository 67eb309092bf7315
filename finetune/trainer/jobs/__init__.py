"""Fine-tuning jobs, from their first check to their end, on both sides of the training process.

The server's `runner` hands each job to a launcher and follows it; `training_child` trains it in a
process of its own, here or on a cluster. Between them there are only files in the job's folder: the
order, the reports, the end.
"""
