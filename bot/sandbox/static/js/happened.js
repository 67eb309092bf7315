// What this person just did, told to whoever wants to know (the tour): {command}, {pressed}, {feedback}, …

const listeners = [];

export function onNote(listen) {
  listeners.push(listen);
}

export function note(what) {
  for (const listen of listeners) listen(what);
}
