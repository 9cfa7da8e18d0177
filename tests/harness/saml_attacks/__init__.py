"""
Responses that must be refused: how each is made of one that is good, and the words of its refusal.

Each attack is a function that gives the tree, or the bytes, of a document; its name says what it is.
"""

from harness.saml_attacks import documents, signatures, words, wrapping
from harness.saml_attacks.corpus import ATTACKS, EVIL, Attack, good, whole

__all__ = ["ATTACKS", "EVIL", "Attack", "documents", "good", "signatures", "whole", "words", "wrapping"]
