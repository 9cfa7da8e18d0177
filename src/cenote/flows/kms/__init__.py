"""
A small KMS: keys that never leave, so that functions decrypt what they are sent with the SDK that they use on AWS.

`keys` makes, finds and uses our own; `data_keys` gives the data key for a pool's KMSKeyID, by our own keys or by a real KMS. The AWS
door (aws/kms) puts both on the wire. Secrets are sealed in rows and leave this package inside `KeyMaterial` only.
"""
