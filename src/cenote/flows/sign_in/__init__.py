"""
Signing in, for every door.

    starting.with_… / by_… ──► people (who, paused?, disabled?, PreAuthentication) ──► a factor's verdict or its first question
    answering.answer ─► rounds.require (bound to pool, client, subject, challenge; once) ──► the factor that asked
    settling.settle ──► following.after_proof (the machine, or custom; then a question made ready by asking, or an admission)
                    ──► the verdict counted, that question or the session written: one transaction ──► following.conclude

A verdict is settled in one transaction: what may be used once is marked, the attempt is counted, the lockout is obeyed, the next round or
the session's row is written. Nothing of the verdict shows before that is committed, so parallel guesses learn no more than guesses one
after the other, and nothing is minted before its one-time proof is used up. Failures are forgiven only when the whole sign-in succeeds: a
right password gives nobody new tries at a second factor. A proof is settled only for the user that it was judged by: a sign-in that a
new password or a sign-out everywhere overtook does not outlive it.

No module here names what comes after what (cenote.model.sign_in.machine does, or the pool's own functions), or how something is proved
(cenote.flows.factors).
"""
