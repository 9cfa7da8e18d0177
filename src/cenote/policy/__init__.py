"""
IAM policy documents: read, refused when they are malformed, and evaluated. Knows no service, no storage and no clock.

    document.parse(text, kind)  → Policy       a document as it was written, compiled; MalformedPolicyError in AWS's words
    evaluate.decide(asked, asker, held) → Decision       allowed or not, and by which statement
    evaluate.decide_trust(asked, asker, policy) → Decision  the same of a role's trust policy alone

Whoever asks brings the policies that hold (identity, boundary, session, resource) and the context keys of the request.

Source: IAM User Guide, "IAM JSON policy element reference", "Policy evaluation logic", "Grammar of the IAM JSON policy language".
"""
