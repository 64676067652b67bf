"""What `nenep decide` sends: lists of grades from files, and those that the criteria give."""
