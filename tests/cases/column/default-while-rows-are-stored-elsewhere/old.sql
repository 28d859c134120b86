CREATE TABLE point_of_sale (id integer);
CREATE TABLE nested (id integer);
CREATE TYPE box AS (content nested);
CREATE TABLE receipt (at_sale point_of_sale, every_sale point_of_sale[], boxed box);
