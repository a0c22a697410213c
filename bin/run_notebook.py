"""Runs one notebook from its first cell to its last in a fresh kernel and judges it.

Prints one JSON line per event. A notebook fails when a cell throws, does not compile, writes to
stderr or is not run; when the kernel dies; when time or memory run over the budget; when a promise
is lost.
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

# What TensorFlow's native code writes while it loads; everything else on the kernel's stderr is a
# fault.
NATIVE_NOISE = re.compile(r"^(WARNING: All log messages before absl|I\d{4} |$)")
# tslab reports its own socket traffic (zeromq) that failed while it starts or ends; no cell has a
# part in it.
KERNEL_NOISE = re.compile(r"^UnhandledPromiseRejection: \w*(Error)?:? ?Socket is ")
LOST = "LOST PROMISE:"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
SETTLE_SECONDS = 0.4


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


def judge_cell(index, cell):
    """Raises when an executed cell shows a fault."""
    where = f"cell {index} ({first_line(cell)})"
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
            raise Failure(f"{where} wrote to stderr: {first[:600]}")
    if cell.execution_count is None:
        raise Failure(f"{where} was not run")


def strip(notebook):
    """Removes what changes from run to run without meaning anything."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.pop("transient", None)


def sources_hash(notebook):
    digest = hashlib.sha256()
    for cell in notebook.cells:
        digest.update(f"{cell.cell_type}\0{cell.source}\0".encode())
    return digest.hexdigest()[:16]


def run(arguments):
    os.environ["ICL_WATCH_PROMISES"] = "1"
    notebook = nbformat.read(arguments.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    cwd = arguments.cwd or os.path.dirname(os.path.abspath(arguments.notebook))
    client = NotebookClient(
        notebook,
        kernel_name="tslab",
        timeout=None,
        resources={"metadata": {"path": cwd}},
        record_timing=False,
        store_widget_state=False,
    )
    watch = Watch(client, arguments.seconds, arguments.megabytes)
    began = time.time()
    native = tempfile.TemporaryFile(mode="w+")
    index = -1
    try:
        with client.setup_kernel(stderr=native):
            watch.start()
            for done, index in enumerate(code, 1):
                since = time.time()
                client.execute_cell(notebook.cells[index], index, execution_count=done)
                judge_cell(index, notebook.cells[index])
                say(
                    event="cell",
                    done=done,
                    of=len(code),
                    seconds=round(time.time() - since, 2),
                    first=first_line(notebook.cells[index]),
                )
            # promises that nobody waited for fail a moment later
            pause = int(1000 * SETTLE_SECONDS)
            probe = nbformat.v4.new_code_cell(
                f"await new Promise<void>((r) => {{ setTimeout(r, {pause}); }})"
            )
            notebook.cells.append(probe)
            index = len(notebook.cells) - 1
            try:
                client.execute_cell(probe, index, execution_count=len(code) + 1)
            finally:
                notebook.cells.pop()
            watch.over.set()
            native.seek(0)  # read now: what a kernel says while it shuts down is not the notebook's
            lines = native.read().splitlines()
    except CellExecutionError:
        try:
            judge_cell(index, notebook.cells[index])
        except Failure as failure:
            return notebook, watch, began, str(failure).replace("wrote to stderr", "failed")
        where = f"cell {index} ({first_line(notebook.cells[index])})"
        why = "failed without a message (a type error, or the kernel refused it)"
        return notebook, watch, began, f"{where} {why}"
    except Failure as failure:
        return notebook, watch, began, str(failure)
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        time.sleep(0.3)
        where = (
            f"cell {index} ({first_line(notebook.cells[index])})"
            if index >= 0
            else "starting the kernel"
        )
        reason = watch.reason or (
            f"the kernel ended ({type(error).__name__}): "
            "something called exit, ran out of memory or crashed"
        )
        return notebook, watch, began, f"{where}: {reason}"
    finally:
        watch.over.set()
    lost = next((line for line in lines if line.startswith(LOST)), None)
    if lost:
        return (
            notebook,
            watch,
            began,
            f"a promise was lost (nobody awaited it, and it failed): {lost[len(LOST):].strip()}",
        )
    faults = [line for line in lines if not NATIVE_NOISE.match(line)]
    if faults:
        return (
            notebook,
            watch,
            began,
            f"the kernel wrote to its own stderr: {' '.join(faults[:4])[:600]}",
        )
    return notebook, watch, began, None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--megabytes", type=float, default=4000)
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
    notebook.metadata["course"] = {"sources": sources_hash(notebook), "complete": failure is None}
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
