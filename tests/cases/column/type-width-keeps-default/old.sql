CREATE TABLE t (a varchar(10) DEFAULT 'new', b numeric(8,2) DEFAULT 1.5, c int DEFAULT 0, d timestamp(0) DEFAULT now(),
    e bit(3) DEFAULT B'101', f interval DEFAULT '1 day', g char(3) DEFAULT 'x');
