"""Papers into a library: read in several processes, written by one, each paper whole or not at all."""
