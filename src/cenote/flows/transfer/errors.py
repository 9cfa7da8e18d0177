"""What an export or an import refuses with."""


class TransferError(Exception):
    """A file or a deployment that does not allow it; the text is for the operator and holds no secret."""
