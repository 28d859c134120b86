CREATE TABLE point_of_sale (id integer, open boolean DEFAULT true, town text DEFAULT 'here' NOT NULL, since timestamptz DEFAULT now());
CREATE TABLE nested (id integer, number integer DEFAULT 7 NOT NULL);
CREATE TYPE box AS (content nested);
CREATE TABLE receipt (at_sale point_of_sale, every_sale point_of_sale[], boxed box);
