"""Pure decisions: no Flask, SQL, HTTP, clock or logging. Everything is passed in and returned."""
