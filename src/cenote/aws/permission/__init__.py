"""
May they: what a signed call needs to be allowed for, and the answer of its caller's policies.

    needs.needs_of            → Need …       an action and the ARN that it is done to; the roles that it passes
      *_arns, passed_roles    → ARNs         by the members that name something, one module a service
      condition_keys          → context      what the call says, and what only a look at its resource tells
    deciding.require_allowed  → or a Fault   flows.iam.permissions weighs; denials says it in AWS's words

phases.py asks before the body is validated, so that members may be of any shape here. An operation that alone can tell what it is about
asks `require_allowed` itself. Who calls is authorize.py's to find out; nothing here reads a signature or writes a row.
"""
