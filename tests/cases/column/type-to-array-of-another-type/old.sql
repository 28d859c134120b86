CREATE TABLE t (a point, b integer[], c uuid, d date);
