"""
From a CreateUserPoolClient or UpdateUserPoolClient request to the document that is stored and shown.

Owns AWS's defaults, what excludes what, and what needs what; one module an idea. Knows no ids, dates or secrets: only whether there is a
secret. What other resources must exist (scopes of resource servers, identity providers) the caller names.

    request ─ shape-checked by the door ─> document.client_document ─> each idea's rules ─> document
"""
