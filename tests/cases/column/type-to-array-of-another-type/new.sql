CREATE TABLE t (a integer[], b point, c bytea[], d integer[]);
