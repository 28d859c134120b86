CREATE TYPE level AS ENUM ('low', 'high');
CREATE TYPE level_range AS RANGE (subtype = level);
CREATE TABLE t (id int, r level_range);
