"""
What a pool's OAuth endpoints and its pages for people share: the domain that was reached, the request of a client, the browser that is
signed in, and the code that it is sent back with.

    request ─► sites (which pool's domain) ─► authorization (may this client ask that?) ─► browser_sessions (is somebody signed in?)
                 sign-in (flows.sign_in, flows.federation) ─► a new browser session ─► completion ─► the app, with a code

However somebody signs in, it ends in a browser session, and codes are made from browser sessions alone. Doors translate HTTP; they hold no
rule of their own and do not know one another.
"""
