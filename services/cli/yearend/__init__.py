"""What `nenep year` sends and shows: lists of classifications, how far a year has come."""
