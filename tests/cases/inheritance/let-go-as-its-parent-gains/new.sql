CREATE TABLE base (id integer, made timestamp DEFAULT now(), CHECK (id > 0));
CREATE TABLE child (id integer, own text);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE other () INHERITS (base);
