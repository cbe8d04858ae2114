/**
 * Keeps a page as it would be if it were loaded now, without loading it: what has changed is put in place, so that
 * focus, folds and the place that is read stay. Pages work without it: they load themselves again then.
 */

/** A server that does not answer for so long does not answer. */
const DEADLINE_MS = 10_000;
/** Kept as the reader has them: folds, and what was typed. */
const OWN = new Set(['open', 'value']);

const main = document.querySelector('main');
const lost = document.getElementById('lost');
const announced = document.getElementById('announced');

let timer = 0;
let busy = false;

function later(): void {
  clearTimeout(timer);
  const seconds = Number(main?.dataset.live);
  if (seconds > 0 && !document.hidden) timer = setTimeout(renew, seconds * 1000);
}

async function renew(): Promise<void> {
  if (busy || main === null) return;
  busy = true;
  try {
    const response = await fetch(location.href, {
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    const now = next.querySelector('main');
    // Something else than Vigie answered: a proxy's own page, say.
    if (now === null || next.getElementById('announced') === null) throw new Error('no page');
    adopt(next, now);
    if (lost) lost.hidden = true;
  } catch {
    if (lost) lost.hidden = false;
  } finally {
    busy = false;
    later();
  }
}

function adopt(next: Document, now: HTMLElement): void {
  if (main === null) return;
  for (const link of next.head.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    const href = link.getAttribute('href');
    if (document.head.querySelector(`link[href="${href}"]`) === null) {
      document.head.append(document.importNode(link));
    }
  }
  const icon = document.head.querySelector('link[rel=icon]');
  icon?.setAttribute('href', next.head.querySelector('link[rel=icon]')?.getAttribute('href') ?? '');
  const before = document.title;
  document.title = next.title;
  morph(main, now);
  const footer = document.querySelector('footer');
  const footerNow = next.querySelector('footer');
  if (footer && footerNow) morph(footer, footerNow);
  // Said aloud by a screen reader, and only when the verdict is another one.
  if (announced && before !== document.title) announced.textContent = document.title;
}

/** Makes an element like another one, touching only what differs. */
function morph(element: Element, like: Element): void {
  for (const { name } of [...element.attributes]) {
    if (!OWN.has(name) && !like.hasAttribute(name)) element.removeAttribute(name);
  }
  for (const { name, value } of like.attributes) {
    if (!OWN.has(name) && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  const wanted = [...like.childNodes];
  for (const [index, node] of wanted.entries()) {
    const present = element.childNodes[index];
    if (present === undefined) element.append(document.importNode(node, true));
    else if (!alike(present, node)) present.replaceWith(document.importNode(node, true));
    else if (present instanceof Element && node instanceof Element) morph(present, node);
    else if (present.nodeValue !== node.nodeValue) present.nodeValue = node.nodeValue;
  }
  while (element.childNodes.length > wanted.length) element.lastChild?.remove();
}

/** Whether one can become the other: of one kind, and, where they have one, of one id. */
function alike(a: Node, b: Node): boolean {
  if (a.nodeName !== b.nodeName) return false;
  return !(a instanceof Element && b instanceof Element) || a.id === b.id;
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && Number(main?.dataset.live) > 0) void renew();
});
later();
