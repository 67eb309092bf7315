"""Tables and JSON Lines → checked, repaired training examples."""
