"""One schedule: a program, executed in one order and told step by step.

To be read in this order:

- what CPUs of a program of one's own share: `shared`;
- an execution, and what it fails by: `execution`, `blame`; by which `schedule`;
- the recorded run: `record`, `trace`, and what is told of a step: `operation`, `labels`;
- how it is shown: `table`, as text; `picture`, the state of a kernel as plain data.
"""
