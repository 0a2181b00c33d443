//! Names of the standard library's top-level modules, to decide whether an import belongs to that section.

/// Top-level modules of CPython 2.7 and of CPython 3 up to 3.14 (`sys.stdlib_module_names` and the two library indices), in
/// byte order.
#[rustfmt::skip]
const STANDARD_MODULES: &[&str] = &[
    "BaseHTTPServer", "Bastion", "CGIHTTPServer", "Canvas", "ConfigParser", "Cookie", "DocXMLRPCServer",
    "HTMLParser", "MimeWriter", "Queue", "ScrolledText", "SimpleHTTPServer", "SimpleXMLRPCServer", "SocketServer",
    "StringIO", "Tix", "Tkconstants", "Tkinter", "UserDict", "UserList", "UserString", "__builtin__", "__future__",
    "_thread", "abc", "aifc", "annotationlib", "antigravity", "anydbm", "argparse", "array", "ast", "asynchat",
    "asyncio", "asyncore", "atexit", "audiodev", "audioop", "base64", "bdb", "binascii", "binhex", "bisect",
    "bsddb", "builtins", "bz2", "cPickle", "cProfile", "cStringIO", "calendar", "cgi", "cgitb", "chunk", "cmath",
    "cmd", "code", "codecs", "codeop", "collections", "colorsys", "commands", "compileall", "compiler",
    "compression", "concurrent", "configparser", "contextlib", "contextvars", "cookielib", "copy", "copy_reg",
    "copyreg", "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbhash", "dbm", "decimal", "difflib",
    "dircache", "dis", "distutils", "doctest", "dumbdbm", "dummy_thread", "dummy_threading", "email", "encodings",
    "ensurepip", "enum", "errno", "exceptions", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch",
    "formatter", "fpformat", "fractions", "ftplib", "functools", "future_builtins", "gc", "gdbm", "genericpath",
    "getopt", "getpass", "gettext", "glob", "gopherlib", "graphlib", "grp", "gzip", "hashlib", "heapq", "hmac",
    "hotshot", "html", "htmlentitydefs", "htmllib", "http", "httplib", "ihooks", "imaplib", "imghdr", "imp",
    "importlib", "imputil", "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache",
    "linuxaudiodev", "locale", "logging", "lzma", "macpath", "mailbox", "mailcap", "markupbase", "marshal", "math",
    "md5", "mhlib", "mimetools", "mimetypes", "mimify", "mmap", "modulefinder", "msilib", "msvcrt", "multifile",
    "multiprocessing", "mutex", "netrc", "new", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers", "opcode",
    "operator", "optparse", "os", "ossaudiodev", "parser", "pathlib", "pdb", "pickle", "pickletools", "pipes",
    "pkgutil", "platform", "plistlib", "popen2", "poplib", "posix", "posixfile", "posixpath", "pprint", "pre",
    "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr", "pydoc", "pydoc_data", "pyexpat", "queue", "quopri",
    "random", "re", "readline", "regex", "repr", "reprlib", "resource", "rexec", "rfc822", "rlcompleter",
    "robotparser", "runpy", "sched", "secrets", "select", "selectors", "sets", "sgmllib", "sha", "shelve", "shlex",
    "shutil", "signal", "site", "smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre",
    "sre_compile", "sre_constants", "sre_parse", "ssl", "stat", "statistics", "statvfs", "string", "stringprep",
    "strop", "struct", "subprocess", "sunau", "symbol", "symtable", "sys", "sysconfig", "syslog", "tabnanny",
    "tarfile", "telnetlib", "tempfile", "termios", "textwrap", "this", "thread", "threading", "time", "timeit",
    "tkColorChooser", "tkFileDialog", "tkMessageBox", "tkSimpleDialog", "tkinter", "toaiff", "token", "tokenize",
    "tomllib", "trace", "traceback", "tracemalloc", "ttk", "tty", "turtle", "turtledemo", "types", "typing",
    "unicodedata", "unittest", "urllib", "urllib2", "urlparse", "user", "uu", "uuid", "venv", "warnings", "wave",
    "weakref", "webbrowser", "whichdb", "whrandom", "winreg", "winsound", "wsgiref", "xdrlib", "xml", "xmllib",
    "xmlrpc", "xmlrpclib", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
];

/// Whether `module`, a dotted name, belongs to the standard library of Python 2 or 3.
pub(crate) fn is_standard_module(module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default().trim();
    STANDARD_MODULES.binary_search(&top).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_both_pythons_are_known_and_the_table_is_sorted() {
        assert!(STANDARD_MODULES.is_sorted());
        for name in ["ssl", "http.client", "httplib", "SocketServer", "os", "zlib", "xmlrpc.client"] {
            assert!(is_standard_module(name), "{name}");
        }
        for name in ["requests", "six.moves", ".ssl", "", "sslx"] {
            assert!(!is_standard_module(name), "{name}");
        }
    }
}
