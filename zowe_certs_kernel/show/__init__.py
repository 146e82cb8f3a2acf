"""For people: pages, tables, pictures, forms and the report."""
