"""The server: pages, the SPARQL endpoint, and the walls around them; needs the extra ``server``."""
