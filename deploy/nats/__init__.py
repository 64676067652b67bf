"""The broker: who may connect (keys), what each may do (accounts), and an embedded server that runs it (server)."""
