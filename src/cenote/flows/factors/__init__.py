"""
The ways to prove oneself, one file each.

A factor asks (`ask` makes a `Question`) and judges the answer (`check` makes a `Verdict`: about whom, right or wrong, and what must be
marked as used). It counts nothing but the messages that it has sent, writes nothing else by itself and decides nothing that comes after;
`flows.sign_in` puts the question, settles the verdict and asks the state machine. The records between the two are in `verdict`.
"""
