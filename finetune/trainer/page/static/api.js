// All the page knows of the server: /v1 with the person's key, which stays in this tab's session.

const KEPT = "trainer-key";

export const key = () => sessionStorage.getItem(KEPT);
export const keep = (value) => sessionStorage.setItem(KEPT, value);
export const forget = () => sessionStorage.removeItem(KEPT);

export class Refused extends Error {
  constructor(status, error = {}) {
    super(error.message || `HTTP ${status}`);
    this.status = status;
    this.param = error.param;
  }
}

async function send(path, options = {}) {
  const headers = { Authorization: `Bearer ${key()}`, ...options.headers };
  const answer = await fetch(`/v1${path}`, { ...options, headers, cache: "no-store" });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) dispatchEvent(new CustomEvent("signed-out", { detail: said.error?.message }));
  throw new Refused(answer.status, said.error);
}

export const get = async (path) => (await send(path)).json();
export const remove = async (path) => (await send(path, { method: "DELETE" })).json();
export const blob = async (path) => (await send(path)).blob();

export async function post(path, body, signal) {
  const form = body instanceof FormData;
  const headers = form ? {} : { "Content-Type": "application/json" };
  return send(path, { method: "POST", headers, body: form ? body : JSON.stringify(body ?? {}), signal });
}

export const at = (...parts) => `/${parts.map(encodeURIComponent).join("/")}`;

export const models = async () => (await get("/models")).data;
export const files = async () => (await get("/files?limit=200")).data;
export const jobs = async (after) =>
  get(`/fine_tuning/jobs?limit=20${after ? `&after=${encodeURIComponent(after)}` : ""}`);
export const job = (id) => get(`/fine_tuning${at("jobs", id)}`);
export const act = async (id, what) => (await post(`/fine_tuning${at("jobs", id, what)}`)).json();
export const checkpoints = async (id) =>
  (await get(`/fine_tuning${at("jobs", id, "checkpoints")}?limit=100`)).data;

export async function upload(file) {
  const form = new FormData();
  form.append("purpose", "fine-tune");
  form.append("file", file);
  return (await post("/files", form)).json();
}

// The events that came after those in `known` (a Set of ids), newest first.
export async function newEvents(id, known, limit = 200) {
  const found = [];
  let after = "";
  for (;;) {
    const page = await get(`/fine_tuning${at("jobs", id, "events")}?limit=${limit}${after}`);
    for (const event of page.data) {
      if (known.has(event.id)) return found;
      found.push(event);
    }
    if (!page.has_more || page.data.length === 0) return found;
    limit = 1000;
    after = `&after=${encodeURIComponent(page.data.at(-1).id)}`;
  }
}

// The documents of a streamed answer, one by one.
export async function* streamed(body, signal) {
  const answer = await post("/chat/completions", { ...body, stream: true }, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (left + value).split("\n");
    left = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data:")) continue;
      const data = line.slice(5).trim();
      if (data === "[DONE]") return;
      const document = JSON.parse(data);
      if (document.error) throw new Refused(500, document.error);
      yield document;
    }
  }
}
