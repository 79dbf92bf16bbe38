"""The command line: one small module a verb, each loaded only when it is called."""
