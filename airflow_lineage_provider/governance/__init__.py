"""Rules, the judge that runs them, and the verdicts."""
