"""What is kept how long, and deleting the rest without getting in anybody's way."""
