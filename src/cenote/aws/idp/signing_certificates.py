"""GetSigningCertificate."""
