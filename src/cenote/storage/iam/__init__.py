"""
Rows of IAM: entities (roles, users, groups, policies, profiles, providers), their policies, attachments and members.

Every write of an account's IAM begins with `entities.lock`: writes take turns, and every process learns that its cache is old.
Who may write, and what a document must look like, is not asked here.
"""
