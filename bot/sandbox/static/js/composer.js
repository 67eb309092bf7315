// Where one writes: text grows with its lines, Enter sends, Shift+Enter makes a line, suggestions for @ # : and /.

import { act } from "./api.js";
import { Attachments } from "./attach.js";
import { h, place } from "./dom.js";
import { icon } from "./icons.js";
import { openEmojiPicker } from "./menu.js";
import { note } from "./happened.js";
import { sendMessage } from "./send.js";
import { store } from "./store.js";
import { Suggestions } from "./suggest.js";

const MARKS = [
  ["Bold", "bold", "*", "*"],
  ["Italic", "italic", "_", "_"],
  ["Strikethrough", "strike", "~", "~"],
  null,
  ["Ordered list", "numbers", "\n1. ", ""],
  ["Bulleted list", "bullets", "\n• ", ""],
  ["Blockquote", "quote", "\n> ", ""],
  null,
  ["Code", "code", "`", "`"],
  ["Code block", "codeBlock", "```\n", "\n```"],
];

export class Composer {
  /** `thread()` is the ts of the thread to answer in, or null. */
  constructor(box, thread) {
    this.box = box;
    this.thread = thread;
    this.where = null;
    this.drafts = new Map();
    this.field = h("textarea", { rows: 1, class: "composer-field", "aria-haspopup": "listbox" });
    this.sendButton = h("button", { type: "button", class: "send", disabled: true, onclick: () => this.send() }, icon("send"));
    this.problem = h("div", { class: "composer-problem", role: "alert", hidden: true });
    this.suggestions = new Suggestions(this.field, box);
    this.attached = new Attachments(box, this.field, () => this.grown());
    box.append(this.problem, this.frame());
    this.field.addEventListener("input", () => this.grown());
    this.field.addEventListener("keydown", (event) => this.key(event));
  }

  frame() {
    const marks = MARKS.map((mark) => (mark ? this.tool(mark[0], mark[1], () => this.wrap(mark[2], mark[3])) : h("span", { class: "tool-gap" })));
    const foot = h(
      "div",
      { class: "composer-foot" },
      this.tool("Attach files", "plus", () => this.attached.chooser.click()),
      this.tool("Emoji", "smile", (event) => openEmojiPicker(event.currentTarget, (name) => this.insert(`:${name}: `))),
      this.tool("Mention someone", "at", () => this.insert("@")),
      this.tool("Run a command", "slash", () => this.fill("/")),
      h("span", { class: "stretch" }),
      this.sendButton,
    );
    return h("div", { class: "composer" }, h("div", { class: "composer-marks", role: "toolbar", "aria-label": "Formatting" }, marks), this.field, this.attached.row, this.attached.chooser, foot);
  }

  tool(name, drawing, act) {
    return h("button", { type: "button", class: "composer-tool", title: name, "aria-label": name, onclick: act }, icon(drawing, 16));
  }

  /** Show the composer of this conversation, with the draft that was left there. */
  draw(channel, placeholder, name = placeholder) {
    const where = `${store.me} ${channel.id} ${this.thread() ?? ""}`;
    this.field.placeholder = placeholder;
    this.field.setAttribute("aria-label", name);
    this.sendButton.setAttribute("aria-label", this.thread() ? "Send reply" : "Send message");
    if (where === this.where) return;
    if (this.where) this.drafts.set(this.where, this.field.value);
    this.where = where;
    this.channel = channel.id;
    this.field.value = this.drafts.get(where) ?? "";
    this.attached.clear();
    this.say("");
    this.grown();
  }

  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.grown();
  }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.grown();
  }

  wrap(before, after) {
    const { selectionStart: start, selectionEnd: end, value } = this.field;
    const opening = start === 0 ? before.replace(/^\n/, "") : before;
    this.field.setRangeText(opening + value.slice(start, end) + after, start, end, "end");
    const caret = start + opening.length + (end - start);
    this.field.setSelectionRange(caret, caret);
    this.field.focus();
    this.grown();
  }

  grown() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 220)}px`;
    this.sendButton.disabled = !this.field.value.trim() && !this.attached?.files.length;
    this.suggestions.look();
  }

  key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  async send() {
    const text = this.field.value.trim();
    if (!text && !this.attached.files.length) return;
    const left = { field: this.field.value, where: this.where };
    const isCommand = /^\/\w/.test(text);
    if (isCommand && !this.mayRun(text)) return;
    const files = isCommand ? [] : await this.attached.send();
    if (!files) return;
    this.fill("");
    this.say("");
    if (!isCommand) this.attached.clear();
    const answer = isCommand ? await this.run(text) : await sendMessage(this.channel, text, this.thread(), files);
    if (!answer && this.where === left.where && !this.field.value) this.fill(left.field);
  }

  mayRun(text) {
    const [command] = text.split(/\s/);
    const known = store.snapshot.commands.some((each) => each.command === command);
    if (!known) this.say(`${command} is not a valid command. In Slack, all messages that start with "/" are commands.`);
    else if (this.thread()) this.say(`${command} is not supported in threads. Sorry!`);
    return known && !this.thread();
  }

  async run(text) {
    const [command, ...rest] = text.split(/\s+/);
    const answer = await act("command", { channel: this.channel, command, text: rest.join(" ") });
    if (answer?.accepted) note({ command });
    return answer;
  }

  say(words) {
    place(this.problem, words ? [icon("warning", 14), words] : []);
    this.problem.hidden = !words;
  }
}
