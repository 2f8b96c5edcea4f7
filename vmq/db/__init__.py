"""The database: tables, migrations, and repositories that give back domain objects."""
