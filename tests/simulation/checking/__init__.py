"""The checker's rooms: reading folders, hashes and signatures, custody, keeping. Of the product only the papers."""
