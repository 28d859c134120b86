CREATE TABLE base (id integer);
CREATE TABLE child (own text) INHERITS (base);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE other () INHERITS (base);
