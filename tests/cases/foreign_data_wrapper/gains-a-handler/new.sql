CREATE FUNCTION h() RETURNS fdw_handler LANGUAGE c STRICT AS '$libdir/file_fdw', 'file_fdw_handler';
CREATE FOREIGN DATA WRAPPER w HANDLER h;
