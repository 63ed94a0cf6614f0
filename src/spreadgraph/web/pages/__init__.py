"""The pages for people, and the same answers for programs."""
