CREATE FUNCTION start_too(internal, int) RETURNS internal LANGUAGE internal STRICT AS 'prsd_start';
CREATE FUNCTION token_too(internal, internal, internal) RETURNS internal LANGUAGE internal STRICT AS 'prsd_nexttoken';
CREATE FUNCTION end_too(internal) RETURNS void LANGUAGE internal STRICT AS 'prsd_end';
CREATE FUNCTION types_too(internal) RETURNS internal LANGUAGE internal STRICT AS 'prsd_lextype';
CREATE TEXT SEARCH PARSER p_start (START = start_too, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER p_token (START = prsd_start, GETTOKEN = token_too, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER p_end (START = prsd_start, GETTOKEN = prsd_nexttoken, END = end_too, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER p_types (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = types_too);
