"""`python -m services.registry` runs the registry."""

from services.registry.app import main

main()
