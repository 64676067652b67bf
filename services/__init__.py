"""Nền Nếp's services. Each is one process, one package, one event store; the bus is the only door between them."""
