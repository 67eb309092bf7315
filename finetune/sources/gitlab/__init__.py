"""Closed tickets of a GitLab project with the merge requests that fixed them, as training rows."""
