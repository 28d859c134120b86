CREATE DOMAIN tags AS text[];
CREATE DOMAIN amounts AS integer[];
CREATE TYPE stop AS (place text, minutes integer);
CREATE DOMAIN route AS stop[];

CREATE TABLE parcels (
    tags tags,
    weights amounts,
    route route,
    counts amounts,
    codes amounts
);
