CREATE DOMAIN tag AS text;
CREATE DOMAIN amount AS integer CHECK (VALUE > 0);
CREATE TYPE stop AS (place text, minutes integer);

CREATE TABLE parcels (
    tags tag,
    weights amount,
    route amount,
    counts integer,
    codes text[]
);
