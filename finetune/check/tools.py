"""The tools of an example, the calls of its assistant, and the tool messages that answer them."""

import re
from typing import Any

from pydantic_core import from_json

from finetune.check.parts import Found

MOST_TOOLS = 128
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_FUNCTION = {"name", "description", "parameters", "strict"}


def tools_findings(row: dict[str, Any], at: str = "") -> Found:
    """What is wrong with tools, functions and parallel_tool_calls."""
    tools, functions = row.get("tools"), row.get("functions")
    if tools is not None:
        yield from _list_of_tools(tools, f"{at}tools")
    if functions is not None:
        if tools is not None:
            yield "functions_and_tools", f"{at}functions"
        elif not isinstance(functions, list) or len(functions) > MOST_TOOLS:
            yield "tools_type", f"{at}functions"
        else:
            yield from _functions(list(enumerate(functions)), f"{at}functions[{{}}]")
    if not isinstance(row.get("parallel_tool_calls", True), bool):
        yield "parallel_tool_calls_type", f"{at}parallel_tool_calls"


def _list_of_tools(tools: Any, at: str) -> Found:
    if not isinstance(tools, list) or len(tools) > MOST_TOOLS:
        yield "tools_type", at
        return
    good = []
    for place, tool in enumerate(tools):
        if not isinstance(tool, dict) or tool.get("type") != "function" or "function" not in tool:
            yield "tool_type", f"{at}[{place}]"
            continue
        good.append((place, tool["function"]))
        for key in tool.keys() - {"type", "function"}:
            yield "unknown_key", f"{at}[{place}].{key}"
    yield from _functions(good, f"{at}[{{}}].function")


def _functions(functions: list[tuple[int, Any]], at: str) -> Found:
    names: set[str] = set()
    for place, function in functions:
        where = at.format(place)
        if not isinstance(function, dict):
            yield "function_type", where
            continue
        yield from _function(function, where)
        name = function.get("name")
        if isinstance(name, str):
            if name in names:
                yield "function_twice", where
            names.add(name)


def _function(function: dict[str, Any], where: str) -> Found:
    if not _is_name(function.get("name")):
        yield "function_name", where
    if not isinstance(function.get("description", ""), str):
        yield "function_description", where
    schema = function.get("parameters", {"type": "object"})
    if not isinstance(schema, dict) or (schema and schema.get("type") != "object"):
        yield "function_parameters", where
    elif not isinstance(schema.get("properties", {}), dict):
        yield "function_parameters", f"{where}.parameters.properties"
    if not isinstance(function.get("strict"), bool | None):
        yield "function_strict", where
    yield from (("unknown_key", f"{where}.{key}") for key in function if key not in _FUNCTION)


def calls_findings(message: dict[str, Any], where: str) -> Found:
    """What is wrong with tool_calls and function_call of one message."""
    calls, call = message.get("tool_calls"), message.get("function_call")
    if (calls is not None or call is not None) and message.get("role") != "assistant":
        yield "tool_calls_role", where
        return
    if call is not None:
        if isinstance(call, dict):
            yield from _called(call, f"{where}.function_call")
        else:
            yield "function_call_type", where
    if calls is None:
        return
    if not isinstance(calls, list) or not calls:
        yield "tool_calls_type", where
        return
    for place, one in enumerate(calls):
        yield from _call(one, f"{where}.tool_calls[{place}]")


def _call(call: Any, where: str) -> Found:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or call.get("type") != "function":
        yield "tool_call_type", where
        return
    if not isinstance(call.get("id"), str) or not call["id"]:
        yield "tool_call_id", where
    for key in call.keys() - {"id", "type", "function"}:
        yield "unknown_key", f"{where}.{key}"
    yield from _called(function, f"{where}.function")


def _called(function: dict[str, Any], where: str) -> Found:
    if not _is_name(function.get("name")):
        yield "function_name", where
    if not _holds_an_object(function.get("arguments")):
        yield "arguments_type", where
    for key in function.keys() - {"name", "arguments"}:
        yield "unknown_key", f"{where}.{key}"


def _holds_an_object(arguments: Any) -> bool:
    if not isinstance(arguments, str):
        return False
    try:
        return isinstance(from_json(arguments), dict)
    except ValueError:
        return False


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and _NAME.match(name) is not None


def answered_findings(messages: list[dict[str, Any]], at: str) -> Found:
    """Calls without an answer, answers without a call. The last message's calls need none."""
    open_calls: dict[str, str] = {}
    for place, message in enumerate(messages):
        where = f"{at}[{place}]"
        if message.get("role") == "tool":
            answered = message.get("tool_call_id")
            if not isinstance(answered, str) or not answered:
                yield "tool_call_id_missing", where
            elif answered not in open_calls:
                yield "tool_call_id_unknown", where
            else:
                del open_calls[answered]
            continue
        yield from (("tool_call_unanswered", asked) for asked in open_calls.values())
        open_calls = {}
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            name = call.get("id") if isinstance(call, dict) else None
            if isinstance(name, str) and name in open_calls:
                yield "tool_call_id_twice", where
            if isinstance(name, str):
                open_calls[name] = where
    if messages and messages[-1].get("role") == "tool":
        yield from (("tool_call_unanswered", asked) for asked in open_calls.values())


def unlisted(row: dict[str, Any], messages: list[Any]) -> bool:
    """Whether a tool is called that the list of tools, where there is one, does not hold."""
    tools = row.get("tools")
    if not isinstance(tools, list):
        return False
    names = {_name_in(tool) for tool in tools}
    calls = [
        call
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("tool_calls"), list)
        for call in message["tool_calls"]
    ]
    return any(_name_in(call) not in names for call in calls)


def _name_in(tool: Any) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    return str(function.get("name")) if isinstance(function, dict) else ""
