CREATE TYPE nothing AS ENUM ();
CREATE TYPE filled AS ENUM ('one');
