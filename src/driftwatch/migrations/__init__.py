"""Migration directories: one file a tool, and `TOOLS` that lists them.

model         migrations and records as frozen values
tool          the contract, and what most tools have in common
bookkeeping   finding a tool's table in a database
directory     which tool a folder belongs to, and its migrations
status        directory and database held side by side
"""
