CREATE FUNCTION to_utf8(int, int, cstring, internal, int, boolean) RETURNS int LANGUAGE c IMMUTABLE STRICT AS '$libdir/utf8_and_iso8859', 'iso8859_to_utf8';
CREATE CONVERSION c_source FOR 'LATIN3' TO 'UTF8' FROM iso8859_to_utf8;
CREATE CONVERSION c_target FOR 'UTF8' TO 'LATIN3' FROM utf8_to_iso8859;
CREATE CONVERSION c_function FOR 'LATIN5' TO 'UTF8' FROM iso8859_to_utf8;
