CREATE TYPE "Mood ""x""" AS ENUM ('it''s', 'a "b"', 'c\d', ' ', '€😀', '', '$$', 'sixty-three bytes ........................................!');
CREATE TABLE t (m "Mood ""x""" DEFAULT 'it''s', ms "Mood ""x"""[] DEFAULT '{"a \"b\"","c\\d"}');
