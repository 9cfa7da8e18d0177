"""What is refused; no message holds a passphrase or a key."""


class AgeError(Exception):
    """A file that is no age file, is damaged, or does not open; or a key that is none."""
