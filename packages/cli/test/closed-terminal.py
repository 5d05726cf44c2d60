"""Runs a command in a pseudo-terminal and closes the terminal when a file has so many bytes.

Arguments: file, bytes, command and its arguments. Prints the exit code, or the negative signal.
"""

import os
import pty
import sys
import time

path, size, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
os.set_blocking(terminal, False)
while not (os.path.exists(path) and os.path.getsize(path) >= size):
    try:
        os.read(terminal, 65536)
    except BlockingIOError:
        pass
    time.sleep(0.005)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
