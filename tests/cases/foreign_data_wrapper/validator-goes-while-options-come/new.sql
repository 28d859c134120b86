CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER desk FOREIGN DATA WRAPPER far;
CREATE SERVER shelf FOREIGN DATA WRAPPER far OPTIONS (height '7', host 'a');
CREATE USER MAPPING FOR app_reader SERVER desk OPTIONS ("table" 'x', seat '2');
CREATE USER MAPPING FOR app_writer SERVER shelf OPTIONS ("user" 'w', seat '1');
CREATE FOREIGN TABLE drawer (id integer) SERVER shelf OPTIONS (level '3');
CREATE FOREIGN TABLE box (id integer) SERVER desk OPTIONS (level '1');
