"""How a record or a question travels from a worker to the server, and how the answer comes back."""
