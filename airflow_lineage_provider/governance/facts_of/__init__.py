"""Facts about datasets, one kind in each file: from rows of the store to what rules read."""
