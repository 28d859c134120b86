CREATE LANGUAGE l_trust HANDLER plpgsql_call_handler;
CREATE LANGUAGE l_inline HANDLER plpgsql_call_handler;
CREATE LANGUAGE l_valid HANDLER plpgsql_call_handler;
