"""Runs one notebook from its first cell to its last in a fresh kernel and judges it.

Prints one JSON line per event. A notebook fails when a cell throws, does not compile, writes to
stderr or is not run; when the kernel dies; when time or memory run over the budget; when a promise
is lost, an exception reaches nobody, an exit code is set or something is still at work after the
last cell. What no cell's output shows comes from kernel-watch.cjs in the kernel, on its stderr.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import threading
import time

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

# What TensorFlow's native code writes while it loads, and that this processor computes bfloat16 by
# other means; everything else on the kernel's stderr is a fault.
NATIVE_NOISE = re.compile(
    r"^(WARNING: All log messages before absl|I\d{4} [\d:.]+ +\d+ \S+\.cc:\d+\]|"
    r"E\d{4} [\d:.]+ +\d+ \S+\.cc:\d+\] oneDNN supports DT_BFLOAT16 only on |$)"
)
# tslab reports its own socket traffic (zeromq) that failed while it starts or ends; no cell has a
# part in it.
KERNEL_NOISE = re.compile(r"^UnhandledPromiseRejection: \w*(Error)?:? ?Socket is ")
WATCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernel-watch.cjs")
MARK = "@kernel "
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def say(**event):
    print(json.dumps(event), flush=True)


class Failure(Exception):
    """The notebook failed; the message is one sentence."""


def text_of(output):
    text = output.get("text", "")
    return ANSI.sub("", "".join(text) if isinstance(text, list) else text).strip()


def first_line(cell):
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return lines[0][:80] if lines else ""


class Watch(threading.Thread):
    """Kills the kernel when time or memory run out, and remembers why."""

    def __init__(self, client, seconds, megabytes):
        super().__init__(daemon=True)
        self.client, self.seconds, self.megabytes = client, seconds, megabytes
        self.began, self.peak, self.reason, self.over = time.time(), 0.0, None, threading.Event()

    def processes(self):
        pid = getattr(getattr(self.client.km, "provisioner", None), "pid", None)
        if not pid:
            return []
        try:
            root = psutil.Process(pid)
            return [root, *root.children(recursive=True)]
        except psutil.Error:
            return []

    def run(self):
        while not self.over.wait(0.25):
            processes = self.processes()
            used = 0.0
            for process in processes:
                try:
                    used += process.memory_info().rss / 1e6
                except psutil.Error:
                    pass
            self.peak = max(self.peak, used)
            if time.time() - self.began > self.seconds:
                self.reason = (
                    f"it took longer than its budget of {self.seconds:.0f} s "
                    "(an endless loop, or too much work for the profile)"
                )
            elif used > self.megabytes:
                self.reason = (
                    f"it used {used:.0f} MB, more than its budget of {self.megabytes:.0f} MB"
                )
            if self.reason:
                for process in processes:
                    try:
                        process.kill()
                    except psutil.Error:
                        pass
                return


def judge_cell(cell, where, verb):
    """Raises when an executed cell shows a fault."""
    cell.outputs = [
        output
        for output in cell.outputs
        if not (output.output_type == "stream" and KERNEL_NOISE.match(text_of(output)))
    ]
    for output in cell.outputs:
        if output.output_type == "error" or (
            output.output_type == "stream" and output.name == "stderr"
        ):
            text = (
                text_of(output)
                if output.output_type == "stream"
                else ANSI.sub("", f"{output.ename}: {output.evalue}")
            )
            lines = text.splitlines()
            at = next(
                (i for i, line in enumerate(lines) if re.match(r"\s*(\w+: )?\w*Error\b", line)), 0
            )
            first = " ".join(line.strip() for line in lines[at : at + 2])
            raise Failure(f"{where} {verb}: {first[:600]}")
    if cell.execution_count is None:
        raise Failure(f"{where} was not run")


def strip(notebook):
    """Removes what changes from run to run without meaning anything."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.pop("transient", None)


def code_hash(notebook):
    digest = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        digest.update(f"{cell.cell_type}\0{cell.source}\0".encode())
    return digest.hexdigest()[:16]


def report_of(line):
    """The report of kernel-watch.cjs in a line, or None."""
    try:
        return json.loads(line[len(MARK) :]) if line.startswith(MARK) else None
    except ValueError:
        return None


class Said:
    """What the kernel wrote on its own stderr so far: reports of kernel-watch.cjs, other lines."""

    def __init__(self, file):
        text = os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")
        self.reports, self.others = {}, []  # the first text of each kind; all other lines
        for line in text.split("\n"):
            report = report_of(line)
            if report is None:
                if not NATIVE_NOISE.match(line):
                    self.others.append(line)
            elif not (report["kind"] == "stderr" and KERNEL_NOISE.match(report["text"])):
                self.reports.setdefault(report["kind"], ANSI.sub("", report["text"]).strip())

    def fault(self):
        """The first fault as a sentence, or None. The causes come before their echoes."""
        sentences = {
            "lost": "a promise was lost (nobody awaited it, and it failed): {}",
            "thrown": "an exception in a timer or another callback reached nobody: {}",
            "exit": "something called process.exit; the kernel ended with exit code {}",
            "exit code": "process.exitCode was set to {}: the notebook calls itself failed",
            "at work": "the kernel did not come to rest after the last cell: {}",
            "stderr": "it wrote to stderr: {}",
        }
        for kind, sentence in sentences.items():
            if kind in self.reports:
                return sentence.format(" ".join(self.reports[kind].splitlines()[:2])[:600])
        if self.others:
            return f"the kernel wrote to its own stderr: {' '.join(self.others[:4])[:600]}"
        return None


def watched(notebook, cwd):
    """A client whose kernel loads kernel-watch.cjs besides what its own settings name."""
    client = NotebookClient(
        notebook,
        kernel_name="tslab",
        timeout=None,
        resources={"metadata": {"path": cwd}},
        record_timing=False,
        store_widget_state=False,
    )
    environment = client.create_kernel_manager().kernel_spec.env
    options = environment.get("NODE_OPTIONS", "")
    environment["NODE_OPTIONS"] = f'{options} --require "{WATCH}"'.strip()
    return client


def ended(error):
    """What is said of a kernel that ended without a report of its own."""
    return f"the kernel ended ({type(error).__name__}): it ran out of memory, crashed or was killed"


class Run:
    """One pass over the cells; every method raises Failure with one sentence."""

    def __init__(self, client, watch, native):
        self.client, self.watch, self.native = client, watch, native

    def execute(self, cell, index, count, where):
        """Runs one cell as the count-th; False when the kernel says that it failed."""
        try:
            self.client.execute_cell(cell, index, execution_count=count)
            return True
        except CellExecutionError:
            return False
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            time.sleep(0.3)
            why = self.watch.reason or Said(self.native).fault() or ended(error)
            raise Failure(f"{where}: {why}")

    def cells(self):
        notebook = self.client.nb
        code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for done, index in enumerate(code, 1):
            since, cell = time.time(), notebook.cells[index]
            where = f"cell {index} ({first_line(cell)})"
            ok = self.execute(cell, index, done, where)
            judge_cell(cell, where, "wrote to stderr" if ok else "failed")
            if not ok:
                why = Said(self.native).fault() or "without a message (the kernel refused it)"
                raise Failure(f"{where} failed: {why}")
            say(
                event="cell",
                done=done,
                of=len(code),
                seconds=round(time.time() - since, 2),
                first=first_line(cell),
            )

    def rest(self, seconds):
        """Waits until timers, promises and handles of the kernel are quiet, at most `seconds`."""
        call = f"await Reflect.get(globalThis, Symbol.for('course.rest'))({seconds})"
        probe = nbformat.v4.new_code_cell(call)
        cells = self.client.nb.cells
        cells.append(probe)
        try:
            self.execute(probe, len(cells) - 1, len(cells), "after the last cell")
        finally:
            cells.pop()

    def last(self):
        """Judges what the kernel said before it shuts down; what follows is not the notebook's."""
        self.watch.over.set()
        said = Said(self.native)
        if said.fault():
            raise Failure(said.fault())
        if "rest" not in said.reports:
            raise Failure("its stderr was closed, so that its faults cannot be seen")


def run(arguments):
    notebook = nbformat.read(arguments.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = watched(
        notebook, arguments.cwd or os.path.dirname(os.path.abspath(arguments.notebook))
    )
    watch = Watch(client, arguments.seconds, arguments.megabytes)
    began = time.time()
    failure = None
    with tempfile.TemporaryFile() as native:
        try:
            with client.setup_kernel(stderr=native):
                watch.start()
                work = Run(client, watch, native)
                work.cells()
                work.rest(arguments.rest_seconds)
                work.last()
        except Failure as fault:
            failure = str(fault)
        except (DeadKernelError, RuntimeError) as error:
            failure = f"the kernel did not start ({type(error).__name__}: {str(error)[:300]})"
        finally:
            watch.over.set()
    return notebook, watch, began, failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--megabytes", type=float, default=4000)
    parser.add_argument("--rest-seconds", type=float, default=20)
    parser.add_argument("--cwd")
    arguments = parser.parse_args()
    try:
        notebook, watch, began, failure = run(arguments)
    except Exception as error:  # a fault of the surroundings: no kernel, an unreadable notebook
        say(
            event="end",
            ok=False,
            failure=f"it could not be run: {type(error).__name__}: {str(error)[:600]}",
            seconds=0,
            megabytes=0,
        )
        return 1
    strip(notebook)
    seconds = round(time.time() - began, 1)
    notebook.metadata["course"] = {"code": code_hash(notebook), "complete": failure is None}
    os.makedirs(os.path.dirname(os.path.abspath(arguments.out)), exist_ok=True)
    temporary = f"{arguments.out}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        nbformat.write(notebook, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, arguments.out)
    say(
        event="end",
        ok=failure is None,
        failure=failure,
        seconds=seconds,
        megabytes=round(watch.peak),
    )
    return 0 if failure is None else 1


if __name__ == "__main__":
    sys.exit(main())
