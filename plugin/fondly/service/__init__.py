"""What people ask of fondly, without a word about how they ask: the commands, and later assistants, are thin over it.

Every answer is for one viewer, and has passed the gate.
"""
