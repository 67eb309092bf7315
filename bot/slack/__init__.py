"""Everything that knows Slack: listeners in, messages and views out."""
