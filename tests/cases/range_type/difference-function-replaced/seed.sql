INSERT INTO shelves VALUES (1, '[1.5,2)', '{"[0,1)","[3,4]"}'), (2, NULL, '{}');
