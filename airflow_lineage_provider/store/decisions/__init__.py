"""What people decide about findings: waivers, break-glass grants and the baseline."""
