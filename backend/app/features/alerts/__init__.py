"""Telling people, exactly once."""
