CREATE TABLE t (a varchar(20) DEFAULT 'new', b numeric(10,3) DEFAULT 1.5, c bigint DEFAULT 0, d timestamptz DEFAULT now(),
    e bit(3) DEFAULT B'101', f interval(3) DEFAULT '1 day', g char(5) DEFAULT 'x');
