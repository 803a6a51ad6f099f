"""Quake triage: the sample processor, in Python."""
