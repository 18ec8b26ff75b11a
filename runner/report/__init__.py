"""Reports of performances, made from takes alone.

`write.py` is what others call; `kinds.py` is the registry of what a report may be, with a file for
each kind; `gather.py` makes of a take what they all need, `model.py`.
"""
