// The question as a program would ask it. The key is named, never written.

const base = () => `${location.origin}/v1`;

export function asPython(model, messages) {
  return `import os

from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(base())}, api_key=os.environ["TRAINER_KEY"])
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=${JSON.stringify(messages)},
)
print(answer.choices[0].message.content)
`;
}

export function asCurl(model, messages) {
  const body = JSON.stringify({ model, messages }).replaceAll("'", "'\\''");
  return `curl ${base()}/chat/completions \\
  -H "Authorization: Bearer $TRAINER_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${body}'
`;
}
