"""Redis's wire format, read only as far as it takes to tell one message from the next."""

import asyncio
import hashlib
from collections.abc import Sequence

READS = frozenset(
    [
        "auth",
        "bitcount",
        "client",
        "command",
        "config",
        "dbsize",
        "discard",
        "dump",
        "echo",
        "exists",
        "get",
        "getrange",
        "hello",
        "hexists",
        "hget",
        "hgetall",
        "hkeys",
        "hlen",
        "hmget",
        "hscan",
        "hstrlen",
        "hvals",
        "info",
        "keys",
        "lindex",
        "llen",
        "lrange",
        "memory",
        "mget",
        "multi",
        "object",
        "ping",
        "psubscribe",
        "pttl",
        "publish",
        "punsubscribe",
        "randomkey",
        "readonly",
        "role",
        "scan",
        "scard",
        "select",
        "sismember",
        "smembers",
        "smismember",
        "sscan",
        "strlen",
        "subscribe",
        "time",
        "ttl",
        "type",
        "unsubscribe",
        "unwatch",
        "watch",
        "xinfo",
        "xlen",
        "xpending",
        "xrange",
        "xread",
        "xrevrange",
        "zcard",
        "zcount",
        "zlexcount",
        "zmscore",
        "zrange",
        "zrangebyscore",
        "zrank",
        "zrevrange",
        "zrevrangebyscore",
        "zrevrank",
        "zscan",
        "zscore",
    ]
)
LISTENS = frozenset({"subscribe", "psubscribe"})
WAITS = frozenset({"xreadgroup", "xautoclaim"})  # effects only where there is something


async def message(reader: asyncio.StreamReader) -> bytes:
    """One whole command or answer, as it came. IncompleteReadError at the end."""
    line = await reader.readline()
    if not line.endswith(b"\n"):
        raise asyncio.IncompleteReadError(line, None)
    kind, rest = line[:1], line[1:-2]
    if kind in b"$!=":
        return line if rest == b"-1" else line + await reader.readexactly(int(rest) + 2)
    if kind in b"*~>":
        return line + b"".join([await message(reader) for _ in range(max(0, int(rest)))])
    if kind in b"%|":
        found = line + b"".join([await message(reader) for _ in range(2 * int(rest))])
        return found + await message(reader) if kind == b"|" else found
    return line


def words(command: bytes) -> list[str]:
    """What a command says."""
    lines = command.split(b"\r\n")
    if not command.startswith(b"*"):
        return command.decode().split()
    said, rest = [], command[command.index(b"\r\n") + 2 :]
    for _ in range(int(lines[0][1:])):
        end = rest.index(b"\r\n")
        size = int(rest[1:end])
        said.append(rest[end + 2 : end + 2 + size].decode(errors="replace"))
        rest = rest[end + 4 + size :]
    return said


def effect_of(said: Sequence[str]) -> str:
    """What it is called in a list of effects; empty where nothing is changed."""
    verb = said[0].lower()
    if verb in READS or (verb in {"script", "xgroup"} and said[1].lower() != "create"):
        return ""
    if verb == "xgroup":
        return f"xgroup create {said[2]}"
    if verb in {"eval", "evalsha"}:
        digest = said[1] if verb == "evalsha" else hashlib.sha1(said[1].encode()).hexdigest()
        keys, rest = said[3 : 3 + int(said[2])], said[3 + int(said[2]) :]
        return " ".join((f"script {_letters(digest)} {_telling(keys)}", *_told(rest)))
    if verb in WAITS:
        return f"{verb} {said[-2] if verb == 'xreadgroup' else said[1]}"
    return " ".join((verb, *_keys(verb, said)))


def _letters(digest: str) -> str:
    """Tells scripts apart in a name from which digits are taken."""
    return digest[:6].translate(str.maketrans("0123456789", "ghijklmnop"))


def _telling(keys: Sequence[str]) -> str:
    """Of a script's keys the one that says whom it is about."""
    return next((key for key in keys if not key.endswith((":stream", ":queue"))), "")


def _told(arguments: Sequence[str]) -> list[str]:
    """Of a script that carries out what it is told: the fields that it is told to write."""
    told = [at for at, word in enumerate(arguments) if word == "HSET"]
    return [arguments[at + 2] for at in told][:3]


def _keys(verb: str, said: Sequence[str]) -> Sequence[str]:
    if verb in {"del", "unlink"}:
        return said[1:]
    return (*said[1:2], *(said[2:3] if verb in {"hset", "hdel", "hsetnx"} else ()))
