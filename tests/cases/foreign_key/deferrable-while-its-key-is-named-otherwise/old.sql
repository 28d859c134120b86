CREATE TABLE project (id int CONSTRAINT project_uq UNIQUE, org int, PRIMARY KEY (id, org));
CREATE TABLE session (project int CONSTRAINT session_project REFERENCES project (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE host (project int CONSTRAINT host_project REFERENCES project (id));
