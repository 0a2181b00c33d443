"""What else calls a function: partial, threads, executors, map, callbacks."""
import concurrent.futures
import functools
import threading


def _partial(host, port=1):
    ask(host)  # = "bound"@12 by passed@12 ; callers@7
    ask(port)  # = 1@7 by default@7 ; callers@7


functools.partial(_partial, "bound")()


def _partial_keyword(host, port):
    ask(host)  # = ; callers@15
    ask(port)  # = 2@20 by passed@20 ; callers@15


bound = functools.partial(_partial_keyword, port=2)
bound("later")


def _thread(host, port=3):
    ask(host)  # = "threaded"@29 by passed@29 .
    ask(port)  # = 3@24 by default@24 ; unknown@29


thread = threading.Thread(target=_thread, args=("threaded",))
thread.start()
thread.join()


def _thread_keywords(host):
    ask(host)  # = "kw"@38 by passed@38 .


other = threading.Thread(target=_thread_keywords, kwargs={"host": "kw"})
other.start()
other.join()


def _timer(host):
    ask(host)  # = "timed"@47 by passed@47 .


timer = threading.Timer(0, _timer, ["timed"])
timer.start()
timer.join()


def _submitted(host):
    ask(host)  # = "submitted"@57 by passed@57 .


with concurrent.futures.ThreadPoolExecutor() as executor:
    executor.submit(_submitted, "submitted").result()


def _mapped(host):
    ask(host)  # = "m1"@64 by passed@64 | "m2"@64 by passed@64 .


list(map(_mapped, ["m1", "m2"]))


def _callback(function):
    function("called back")


def _called(host):
    ask(host)  # = "called back"@68 by passed@68 .


_callback(_called)


def _in_table(host):
    ask(host)  # = ; callers@78


TABLE = {"run": _in_table}
TABLE["run"]("by table")


def _aliased(host):
    ask(host)  # = "by alias"@91 by passed@91 ; callers@86


alias = _aliased
alias("by alias")


def _sorted(host):
    ask(host)  # = ; callers@94
    return host


sorted(["s2", "s1"], key=_sorted)
