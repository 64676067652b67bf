"""`python -m services.evaluation` runs evaluation."""

from services.evaluation.app import main

main()
