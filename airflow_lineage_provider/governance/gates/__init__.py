"""Where runs and tasks meet the judge, beside the operator."""
