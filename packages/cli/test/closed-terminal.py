"""Runs a command in a pseudo-terminal and closes the terminal when a file has so many bytes.

Arguments: file, bytes, command and its arguments. Prints the exit code, or the negative signal. Fails when the file has not so
many bytes, or the command has not ended, after two minutes.
"""

import os
import pty
import signal
import sys
import time

path, size, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
deadline = time.monotonic() + 120
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
os.set_blocking(terminal, False)


def give_up(what):
    os.kill(pid, signal.SIGKILL)
    sys.exit(what + " within two minutes")


said = b""
while not (os.path.exists(path) and os.path.getsize(path) >= size):
    try:
        said += os.read(terminal, 65536)
    except BlockingIOError:
        pass
    except OSError:
        # What Linux gives when the command has ended.
        sys.exit("the command ended before {} had {} bytes: {!r}".format(path, size, said))
    if time.monotonic() > deadline:
        give_up("{} did not have {} bytes".format(path, size))
    time.sleep(0.005)
os.close(terminal)
ended, status = 0, 0
while not ended:
    if time.monotonic() > deadline:
        give_up("the command did not end")
    ended, status = os.waitpid(pid, os.WNOHANG)
    time.sleep(0.005)
print(os.waitstatus_to_exitcode(status))
