"""GetUserPoolMfaConfig, SetUserPoolMfaConfig."""
