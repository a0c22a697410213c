"""Runs a Python program that ends when the process that started it has ended, however that came
about: tied.py PROGRAM..., tied.py -m MODULE..., tied.py -c CODE...
"""

import os
import runpy
import signal
import sys
import threading
import time


def look(parent):
    while os.getppid() == parent:
        time.sleep(0.25)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)


def main():
    if os.getppid() > 1:
        threading.Thread(target=look, args=(os.getppid(),), daemon=True).start()
    how, rest = sys.argv[1], sys.argv[2:]
    if how == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif how == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = [how, *rest]
        sys.path[0] = os.path.dirname(os.path.abspath(how))
        runpy.run_path(how, run_name="__main__")


if __name__ == "__main__":
    main()
