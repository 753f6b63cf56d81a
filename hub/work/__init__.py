"""Durable background work: jobs enqueued in a transaction, schedules, and the worker that runs both.

Promise: every job and every tick is run **at least once**. A worker that dies is replaced after its lease, and then
the work starts again from its beginning, so a task must be safe to run twice: let it look at the rows first ("not yet
told", "still waiting"), write in one short transaction, and pass ids, never words, as arguments. What a task does
belongs to the part of the hub it serves, in that part's `tasks.py`; nothing here knows any of them.
"""
