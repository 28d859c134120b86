-- The comment goes by the name that the constraint still has.
CREATE TABLE berth (deck int CONSTRAINT deck_set NOT NULL);
