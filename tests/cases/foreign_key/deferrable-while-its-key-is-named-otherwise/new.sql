CREATE TABLE project (id int UNIQUE, org int, PRIMARY KEY (id, org));
CREATE TABLE session (project int CONSTRAINT session_project REFERENCES project (id));
CREATE TABLE host (project int CONSTRAINT host_project REFERENCES project (id));
