def default_of(function):
    return function.__defaults__[0]
