CREATE TABLE t (a text, b int) PARTITION BY RANGE ((upper(a)) COLLATE "C" text_pattern_ops, (b + 1));
CREATE TABLE p PARTITION OF t FOR VALUES FROM ('a', 1) TO ('b', 2);
