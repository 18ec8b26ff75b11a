"""Answering programs, on a socket in the sandbox's private folder."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.sandbox.programs import docker, helm, k3d, kind, linkerd, table
from helpers.sandbox.programs.call import Answer, Call, ProgramError, told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from helpers.sandbox.programs.machine import Machine

PROGRAMS: dict[str, Callable[[Call], Awaitable[Answer]]] = {
    "docker": docker.run,
    "helm": helm.run,
    "k3d": k3d.run,
    "kind": kind.run,
    "linkerd": linkerd.run,
}
"""Each program that the sandbox answers for."""

_MOST = 8 << 20  # bytes of a call, its standard input included

log = logging.getLogger(__name__)


async def serve(machine: Machine, socket: str) -> asyncio.AbstractServer:
    """Answer programs on a socket until the server that is returned is closed.

    Args:
        machine: What they act on.
        socket: Its name, in the working directory: a path may be too long for one (unix(7)).
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(await reader.readline())
            found = await answer(
                machine,
                asked["program"],
                asked["argv"],
                cwd=Path(asked["cwd"]),
                environment=asked["environment"],
                stdin=asked["stdin"].encode(),
            )
            writer.write(json.dumps(asdict(found)).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, ValueError, KeyError):
            pass  # the program has gone, or was none of ours
        finally:
            writer.close()

    return await asyncio.start_unix_server(talk, socket, limit=_MOST)


async def answer(
    machine: Machine,
    program: str,
    argv: list[str],
    *,
    cwd: Path,
    environment: dict[str, str],
    stdin: bytes = b"",
) -> Answer:
    """Return what a program answers to a command line."""
    text = told(program, argv)
    try:
        command, words, flags = table.parse(program, argv)
        call = Call(machine, program, command, words, flags, cwd, environment, stdin, text)
        return await PROGRAMS[program](call)
    except ProgramError as error:
        return Answer(error.stdout, f"{error}\n", error.status)
    except Exception as error:
        log.exception("the sandbox failed to answer %s", text)
        return Answer(
            stderr=f"{program}: {type(error).__name__} in the sandbox: {error}\n", status=1
        )
