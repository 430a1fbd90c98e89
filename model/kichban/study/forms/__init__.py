"""Forms in Excel of scenarios and of tables of the inputs: out, and taken in again."""
