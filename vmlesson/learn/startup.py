"""A notebook's Python explains every NameError, and ``NAME?`` is answered by the reference card.

`vmlesson lab` lets every notebook's Python run this when it starts (PYTHONSTARTUP), and elsewhere
`vmlesson.learn` imports it.  After a restart nothing of the course is imported yet, and a cell that
is run too early shall say so all the same.  Python outside a notebook runs this as well, and gets
nothing of it.
"""


def _explain_name_errors() -> None:
    import importlib
    import sys

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return

    def explain(*what, **more):  # type: ignore[no-untyped-def]
        from vmlesson.learn import order

        order.explain(*what, **more)

    def says(what: str) -> object:
        def hook(asked: object) -> object:
            if "vmlesson.kernel" not in sys.modules:
                return None
            card = importlib.import_module("vmlesson.learn.card")  # not card() of vmlesson.learn
            answer: object = getattr(card, what)(asked)
            return answer

        return hook

    shell.set_custom_exc((NameError,), explain)
    hooks = {"text/plain": says("in_text"), "text/html": says("in_html")}
    shell.inspector.mime_hooks = {**shell.inspector.mime_hooks, **hooks}


_explain_name_errors()
del _explain_name_errors
