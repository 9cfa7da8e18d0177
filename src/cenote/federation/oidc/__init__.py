"""
The relying party of OpenID Connect and of the four social providers: bytes and HTTP, no database, no pool.

    authorization.begun ─► the browser goes to the provider and comes back ─► sign_in.complete: callback.code_of
        ─► token_endpoint.exchange ─► id_tokens.verify ─► user_info.fetch ─► claims.profile_of ─► Profile

`provider.Provider` is what is known of one; `dialects` says what a type does in its own way (Apple's signed client secret, Facebook's GET).
All that a provider says is a stranger's: bounded, parsed strictly, and believed only when its signature, issuer, audience and nonce fit.
Whatever does not is a SignInRefusedError, which a door turns into a redirect to the app. Nothing is kept: keys are fetched for each
sign-in, and so a key that was rotated or withdrawn counts at once.
"""
