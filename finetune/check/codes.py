"""Every code that the check reports, with the sentence that says what to change.

Scripts rely on the codes: they never change their meaning. Where the rules are from:

- OpenAI's cookbook (check of chat data): a list of messages, role and content in each, known keys and
  roles, text as content, an assistant message.
- OpenAI's guides to fine-tuning and its API reference: tools and calls with their answers, parts and
  images with their limits, weight 0 or 1, preference rows, 10 examples, 512 MB.
- What providers are known to do and no page promises, or good sense: empty texts, keys that stand
  twice, line ends, nesting, metadata, names without blanks, answers in the last place.
"""

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing wrong with one line; `where` narrows it down inside the row."""

    line: int  # 1-based
    code: str
    where: str = ""

    @property
    def message(self) -> str:
        """What to change, and where in the row."""
        sentence = ERRORS.get(self.code) or WARNINGS[self.code]
        return f"{self.where}: {sentence}" if self.where else sentence


ERRORS = {
    # The line itself
    "empty_line": "remove the empty line",
    "line_too_long": "the line is over 50 MB; split the example or remove it",
    "nul_byte": "the line holds a NUL byte; save the file as UTF-8 (a UTF-16 file has NULs throughout)",
    "bad_utf8": "the line is not UTF-8; save the file as UTF-8",
    "byte_order_mark": "the file begins with a byte order mark; save it as UTF-8 without BOM",
    "bad_json": "the line is not JSON; write one JSON object on each line",
    "not_a_number": "NaN and Infinity are no JSON; write a number or null",
    "lone_surrogate": "half of a \\u pair stands alone; write both halves or the character itself",
    "too_deep": "the JSON is nested too deeply; an example needs fewer than ten levels",
    "duplicate_key": "an object holds the same key twice; keep one",
    "not_an_object": "the line is JSON but no object; write {…}",
    "unknown_format": "no messages, no input with preferred_output, no prompt with completion",
    "other_format": "the row has another format than the file; keep one format in a file",
    "unknown_key": "the key is unknown there; remove it",
    # Messages
    "messages_missing": "messages must be a list with at least one message",
    "message_not_an_object": "each message must be an object with role and content",
    "role_missing": "the message needs a role",
    "role_unknown": "the role must be system, developer, user, assistant, tool or function",
    "content_missing": "the message needs a content",
    "content_type": "the content must be a text, or a list of parts",
    "content_empty": "the content is empty; write one or remove the message",
    "name_type": "the name must be a text of 1 to 64 characters without blanks and <>|\\/",
    "weight_value": "weight must be 0 or 1",
    "weight_role": "weight belongs to assistant messages only",
    "refusal_type": "refusal must be a text or null, on assistant messages only",
    "no_assistant": "the example needs at least one assistant message to learn",
    "last_not_assistant": "the last message must be from the assistant",
    "nothing_to_learn": "at least one assistant message must have a weight other than 0",
    # Parts
    "part_type": "a part must be an object of type text or image_url (refusal in assistant messages)",
    "part_not_supported": "audio and files cannot be fine-tuned on; remove the part",
    "part_text": "a part of type text needs a text",
    "image_url": "image_url needs a url: https://… or data:image/…;base64,…",
    "image_format": "the image must be PNG, JPEG or WebP in base64",
    "image_detail": "detail must be low, high or auto",
    "image_role": "only user messages may hold images",
    "image_too_large": "an image may have at most 10 MB",
    "too_many_images": "an example may have at most 10 images",
    "image_in_preference": "preference data may hold no images",
    # Tools
    "tools_type": "tools must be a list of at most 128 tools",
    "tool_type": "a tool must be an object of type function with a function",
    "function_type": "a function must be an object with a name",
    "function_name": "a function's name must be 1 to 64 letters, digits, _ or -",
    "function_description": "a function's description must be a text",
    "function_parameters": "parameters must be a JSON Schema of type object",
    "function_strict": "strict must be true, false or null",
    "function_twice": "two functions have the same name; rename one",
    "functions_and_tools": "functions is the old name of tools; use tools alone",
    "parallel_tool_calls_type": "parallel_tool_calls must be true or false",
    "tool_calls_type": "tool_calls must be a list with at least one call",
    "tool_calls_role": "only assistant messages may call tools",
    "tool_call_type": "a call must be an object with id, type function and function",
    "tool_call_id": "a call needs an id",
    "tool_call_id_twice": "two calls have the same id; give each its own",
    "arguments_type": "arguments must be a text that holds a JSON object",
    "function_call_type": "function_call must be an object with name and arguments",
    "tool_call_id_missing": "a tool message needs the tool_call_id of the call that it answers",
    "tool_call_id_unknown": "no call before this tool message has its tool_call_id",
    "tool_call_unanswered": "a call has no tool message after it; add one with its tool_call_id",
    "function_name_missing": "a function message needs the name of its function",
    # Preference rows
    "input_missing": "input must be an object with messages",
    "input_ends_in_answer": "the last message of input must not be from the assistant",
    "output_missing": "preferred_output and non_preferred_output are needed",
    "output_count": "an output must be a list with exactly one assistant message",
    "identical_outputs": "the preferred and the other output are the same; nothing can be learnt",
    # Completion rows
    "prompt_type": "prompt must be a text",
    "completion_type": "completion must be a text",
    "completion_empty": "the completion is empty; write one or remove the row",
}

WARNINGS = {
    # What OpenAI refuses and other providers may take
    "too_few_examples": "OpenAI refuses a file with fewer than 10 examples; 50 are advised",
    "file_too_large": "OpenAI refuses a file over 512 MB through the Files API",
    "too_many_images_in_file": "OpenAI refuses more than 50,000 examples with images",
    # What makes a worse model
    "few_examples": "50 good examples are advised; 10 are the least",
    "missing_system": "some examples have no system message; train as you will ask",
    "missing_user": "some examples have no user message",
    "over_limit": "some examples are longer than the model learns from; their ends are cut off",
    "duplicates": "some examples repeat another one exactly",
    "near_duplicates": "some examples are nearly the same as another one",
    "conflicting_answers": "the same prompt has different answers; keep the right one",
    "mixed_languages": "the examples are in several scripts; train on what you will ask for",
    "personal_data": "secrets or personal data; take them out with finetune prepare",
    "invented_identifiers": (
        "answers name tickets, addresses or hashes that their prompts do not; the model learns to"
        " invent them"
    ),
    "metadata_key": "metadata stands next to the messages; some providers refuse it",
    "tool_not_listed": "a tool is called that tools does not list",
    "unknown_model": "the vocabulary of this model is not known; tokens are counted as o200k_base",
    "unknown_limit": "how long an example may be is not known for this model",
    "unknown_price": "no price is known for this model; give one with --price",
    "cannot_be_tuned": "the provider trains this model no longer, or soon no longer",
    "estimated_tokens": "the tokens of tools and images are estimates",
}
