"""The programs on PATH of a sandboxed performance: what they answer, and how they are asked.

`table.json` has the sub-commands and flags that are simulated, a module a program what each does,
`client.py` is the program itself, and `serve.py` answers it.
"""
