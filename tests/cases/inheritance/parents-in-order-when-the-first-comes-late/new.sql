CREATE TABLE things (weight numeric, wheels bigint);
CREATE TABLE carts (drawn_by text) INHERITS (things);
CREATE TABLE vehicles () INHERITS (carts);
ALTER TABLE carts ALTER COLUMN wheels SET NOT NULL;
