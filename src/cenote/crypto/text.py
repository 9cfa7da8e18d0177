"""How text becomes bytes before it is hashed, everywhere on this floor."""


def utf8(text: str) -> bytes:
    """
    Encode *text* as it was given: UTF-8, no Unicode normalisation.

    JSON can carry a lone surrogate, which has no UTF-8. It is encoded like any other code point, so that such a text is
    hashed and matches nothing else, and no caller can raise an error with it.
    """
    return text.encode("utf-8", "surrogatepass")
