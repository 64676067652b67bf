"""The whole system on one machine: one supervisor (`nenep up`) and the processes it keeps alive.

The supervisor owns `<data>`: it holds the lock `<data>/up.lock`, writes `<data>/system.json` for the other commands and
each process's output to `<data>/logs/<name>.log`. On Linux the kernel ends the children with the supervisor
(PR_SET_PDEATHSIG); everywhere else the next `nenep up` ends what a killed one left behind.
"""
