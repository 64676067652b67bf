"""Observers judged: which line is for which cell, what breaks one, who is covered, who could go. Pure."""
