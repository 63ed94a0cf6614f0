"""Views: answers shown as text, tables, pages, pictures and files."""
