"""Tables, migrations and every SQL statement that reads or writes them."""
