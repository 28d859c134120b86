CREATE TABLE vehicles (wheels bigint, owner text);
CREATE TABLE things (weight numeric, wheels bigint);
CREATE TABLE carts (drawn_by text) INHERITS (vehicles, things);
