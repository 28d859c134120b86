CREATE TABLE parent (id int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE parted (id int) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF parted DEFAULT;
