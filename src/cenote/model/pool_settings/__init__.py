"""
From a CreateUserPool or UpdateUserPool request to the document that is stored and shown.

Owns AWS's defaults, what excludes what, what needs what, and what a plan (tier) lacks; one module an idea. Knows no ids, dates or
counts: the door adds them when it shows a pool. The schema itself is model.schema's.

    request ─ shape-checked by the door ─> document.new_document / replaced_document ─> each idea's rules ─> document
"""
