INSERT INTO grandchild VALUES (1, 'x');
INSERT INTO other VALUES (2);
