"""The dashboard: leadership watches the city live. It talks only NATS; it knows contracts and chassis, no service."""
