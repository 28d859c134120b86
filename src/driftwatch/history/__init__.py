"""What driftwatch remembers: runs, snapshots and the drift ledger, in a database of SQLAlchemy's.

values    what is remembered, as frozen values
ledger    pure: what was known + what was found -> what is new, changed, gone, back
news      pure: what was told + what is there now -> what is to be told
tables    the tables
upgrades  from an older driftwatch's tables to these
engine    opening, transactions, and one sentence for whatever is wrong with the database
runs      runs and snapshots, written and read
items     drift items, their events and acknowledgements
digest_key the key of secrets' digests
prune     what is old and not needed any more
"""
