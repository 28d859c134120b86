CREATE TABLE p (r int4range, v daterange, PRIMARY KEY (r, v WITHOUT OVERLAPS));
CREATE TABLE c (r int4range, v daterange, CONSTRAINT fk FOREIGN KEY (r, PERIOD v) REFERENCES p (r, PERIOD v));
