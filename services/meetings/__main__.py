"""`python -m services.meetings` runs the meetings service."""

from services.meetings.app import main

main()
