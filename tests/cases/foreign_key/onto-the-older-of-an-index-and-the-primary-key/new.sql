-- The foreign keys lean on what was there first; in a copy the other one could be dropped no more.
CREATE TABLE member (tenant int NOT NULL, code text NOT NULL, CONSTRAINT z UNIQUE (code));
CREATE UNIQUE INDEX member_by_code ON member (code, tenant);
CREATE TABLE badge (tenant int, code text REFERENCES member (code), FOREIGN KEY (tenant, code) REFERENCES member (tenant, code));
ALTER TABLE member ADD CONSTRAINT a UNIQUE (code), ADD PRIMARY KEY (tenant, code);
CREATE UNIQUE INDEX another ON member (tenant, code);
