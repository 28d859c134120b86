"""What is built on the shadow: the copies of both sides, the proof, confirmed renames, schemas under other names."""
