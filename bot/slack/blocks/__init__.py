"""Messages and views as pure functions: values in, Block Kit out. No Slack call is made here."""
