"""Queries by people, behind a fence: each runs in a process of its own that has no network and can be killed."""
