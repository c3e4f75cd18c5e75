"""Worker side: what a task attempt read and wrote, as one LineageRecord. Imports no store, api or sql."""
