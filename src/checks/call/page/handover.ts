/**
 * What the two worlds of a page hand each other. In the page's own world run the deployment's scripts and ours that use its
 * library; in the isolated one what makes and reads watermarks. Both see the same elements, with the streams in them, and
 * neither sees a variable of the other. What comes from the page's world may be a stranger's.
 */

/** Asks for a stream: the isolated world puts it into the element that this is dispatched to. */
export const WANTED = 'vigie-wanted';
/** Asks for the picture of a screen in the same way. */
export const SCREEN_WANTED = 'vigie-screen-wanted';
/** An element with a remote track in it has come, or is about to go. */
export const ADDED = 'vigie-added';
export const REMOVED = 'vigie-removed';
/** The labels of all remote tracks are about to be read. */
export const LABELS_WANTED = 'vigie-labels-wanted';

const ATTRIBUTE = 'data-vigie';

/** What the library says of a remote track. */
export interface Label {
  readonly endpointId: string;
  readonly p2p: boolean;
  readonly ssrc: number | null;
  readonly muted: boolean;
  /** It is a shared screen's. */
  readonly screen: boolean;
}

export function setLabel(element: Element, label: Label): void {
  const text = JSON.stringify(label);
  if (element.getAttribute(ATTRIBUTE) !== text) element.setAttribute(ATTRIBUTE, text);
}

/** An endpoint's id is shorter. */
const LONGEST = 200;

/** Whatever is written there: a label with nothing in it that no report could carry. */
export function labelOf(element: Element): Label {
  const { endpointId, p2p, ssrc, muted, screen } = parsed(element.getAttribute(ATTRIBUTE));
  return {
    endpointId: String(endpointId).slice(0, LONGEST),
    p2p: p2p === true,
    ssrc: Number.isInteger(ssrc) && Number(ssrc) >= 0 && Number(ssrc) < 2 ** 32 ? Number(ssrc) : null,
    muted: muted === true,
    screen: screen === true,
  };
}

function parsed(text: string | null): Partial<Record<keyof Label, unknown>> {
  try {
    return Object(JSON.parse(text ?? '')) as Partial<Record<keyof Label, unknown>>;
  } catch {
    return {};
  }
}
