"""What other OpenLineage producers tell, into the same tables as our own attempts."""
