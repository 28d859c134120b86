-- Renaming passes the new name down to what bears the old one in every child: one that is called otherwise is in the way.
CREATE TABLE toll (fee int CONSTRAINT fee_known NOT NULL);
CREATE TABLE bridge (fee int CONSTRAINT bridge_fee NOT NULL) INHERITS (toll);
CREATE TABLE tunnel () INHERITS (toll);
CREATE TABLE deep_tunnel (fee int CONSTRAINT deep_fee NOT NULL) INHERITS (tunnel);
CREATE TABLE lane (no int CONSTRAINT lane_no NOT NULL) PARTITION BY LIST (no);
CREATE TABLE lane_1 (no int CONSTRAINT first_no NOT NULL);
ALTER TABLE lane ATTACH PARTITION lane_1 FOR VALUES IN (1);
