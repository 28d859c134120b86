-- The enum is set aside: nothing but text leads from its values to those of the new one.
CREATE TYPE size AS ENUM ('small', 'large', 'huge');
CREATE TYPE hue AS ENUM ('red', 'blue');
CREATE DOMAIN paint AS hue;
CREATE TABLE shirt (sizes size[] NOT NULL DEFAULT '{large,huge}', inner_hue hue, outer_hue paint);
