CREATE TABLE firm (id int PRIMARY KEY);
CREATE TABLE agent (id int PRIMARY KEY, firm int REFERENCES firm, other int REFERENCES firm MATCH FULL);
