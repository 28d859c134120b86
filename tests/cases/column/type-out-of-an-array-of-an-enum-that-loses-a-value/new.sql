CREATE TYPE size AS ENUM ('small', 'large');
CREATE TYPE hue AS ENUM ('blue', 'green');
CREATE TABLE shirt (sizes size NOT NULL DEFAULT 'large', inner_hue hue[], outer_hue hue);
