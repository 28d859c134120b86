CREATE TEXT SEARCH TEMPLATE simple_too (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple_too);
