"""What the commands around migrations have in common: a database's directory, its tool's table and lock."""
