"""GetProvisionedLimit, UpdateProvisionedLimit."""
