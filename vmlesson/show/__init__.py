"""Pictures: chains, tables, plots, and the stepper."""
