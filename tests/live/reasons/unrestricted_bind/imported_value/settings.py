HOST = ""


def describe():
    return f"listens on {HOST!r}"
