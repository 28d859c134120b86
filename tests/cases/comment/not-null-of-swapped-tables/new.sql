CREATE TABLE two (a integer NOT NULL, b text);
COMMENT ON CONSTRAINT two_a_not_null ON two IS 'kept';
ALTER TABLE two RENAME TO one;
CREATE TABLE two ();
