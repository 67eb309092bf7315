// A view of the app, modal or Home: draws its blocks and sends what is done in it.

import { act } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { note } from "./happened.js";
import { filledIn } from "./inputs.js";

/** Draw into `body`; clicks carry everything filled in so far. */
export function viewBlocks(view, body) {
  const send = (element, block, value) => click(view, body, element, block, value);
  const where = {
    errors: view.errors,
    send,
    changed: send,
    dispatches: (block) => (element, _block, value) => block.dispatch_action && send(element, block, value),
  };
  return drawBlocks(view.blocks, where);
}

async function click(view, body, element, block, value) {
  const values = filledIn(body, view.blocks);
  const answer = await act("click", { view_id: view.id, action_id: element.action_id, block_id: block.block_id, value, values });
  if (answer?.accepted) note({ pressed: element.action_id });
}
