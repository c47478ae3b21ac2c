"""The one exception that speaks to whoever typed the command."""


class UserError(Exception):
    """What was asked for cannot be done; the message names the input and what to do instead.

    The command line prints the message as one line on stderr and exits with 2.
    """
