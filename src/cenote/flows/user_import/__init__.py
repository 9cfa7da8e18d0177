"""
Importing users from a CSV file, as AWS's import jobs do it.

Owns a job's way: made, given a file, started, worked off, stopped (jobs, uploads, work, worker), and the address that takes the file
(addresses). It writes users by the rules of flows.users, many at once (rows), and never sends a message. The door that takes the file's
bytes is cenote.uploads; wire shapes are aws/idp's.

create → upload (sealed pieces) → start → a worker claims the job by a lease → batches: rows, counts, log and place in one transaction → end

A worker that dies leaves a lease that runs out, and the next one goes on at the place that the last committed batch recorded.
"""
