"""Raising and clearing alerts: what holds against what stands, recorded in evaluation's own store."""
