"""How the system is set up on machines: the broker's configuration, and compose files for the official images."""
