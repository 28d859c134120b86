"""The use cases: what the command line, the scheduler and the tests call, each in a module of its own."""
