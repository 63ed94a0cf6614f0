"""Answers: what the graph says to a question, as plain values."""
