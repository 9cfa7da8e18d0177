"""
What AWS publishes about its services: request and answer types, shapes, declared errors, who needs to sign.

`generated/` is written by `spec/generate.py` in the repository's root from the service models that botocore ships
(botocore is needed to generate, never to run), one pair of modules a service: `cognito_idp.py` holds TypedDicts under
AWS's own names, `cognito_idp_shapes.py` the table that the validator and the protocols read. `model.py` says what the
rows of that table are, and `service("cognito-idp")` loads one.

Nothing here is edited by hand and nothing here decides anything. Only `cenote.aws` imports it: wire shapes stop at the
door.
"""
