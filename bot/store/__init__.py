"""What is remembered: tables, the database, and one module of queries for each subject."""
