CREATE TABLE member (tenant int NOT NULL, code text NOT NULL, id int PRIMARY KEY, CONSTRAINT z UNIQUE (code));
CREATE UNIQUE INDEX member_by_code ON member (code, tenant);
CREATE TABLE badge (tenant int, code text REFERENCES member (code), FOREIGN KEY (tenant, code) REFERENCES member (tenant, code));
