"""
What more than one door needs, or what spans several requests: signing in, signing up, recovery, tokens, users, codes, deliveries.

A flow takes `Services` first, reads in a short transaction, does slow work (hashing, modular exponentiation, signatures) outside any, and
writes in a second one guarded by compare-and-swap. What may be used once is consumed there before anything is minted. Flows speak
model records and snake_case; they know no wire, no HTTP and no AWS shape.
"""
