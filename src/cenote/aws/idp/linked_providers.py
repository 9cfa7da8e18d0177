"""AdminLinkProviderForUser, AdminDisableProviderForUser."""
