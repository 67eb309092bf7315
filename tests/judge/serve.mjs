// Serves emulate's Slack on a port until it is killed: node serve.mjs PORT SEED_AS_JSON
// Runs from .tools/judge, where install.sh puts it beside what it imports.
import { createEmulator } from "emulate";

const [port, seed] = process.argv.slice(2);
const emulator = await createEmulator({ service: "slack", port: Number(port), seed: JSON.parse(seed) });
console.log(emulator.url);
