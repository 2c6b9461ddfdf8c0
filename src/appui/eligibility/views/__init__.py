"""Pages of eligibility, by noun."""
