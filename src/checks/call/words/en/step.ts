import { list } from '../../../../base/words.ts';
import type { Moment } from '../../scene/moments.ts';
import type { OfStep } from '../contract.ts';

function momentWords(moment: Moment): string {
  if (moment.what === 'step') return `In step ${moment.name}`;
  const who = list(moment.who);
  switch (moment.what) {
    case 'joined':
      return `After ${who} joined`;
    case 'two-alone':
      return `${who} alone`;
    case 'joined-the-two':
      return `After ${who} joined the two`;
    case 'left-the-two':
      return `After ${who} left the two`;
    case 'reloaded':
      return `After ${who} reloaded`;
    case 'rejoined':
      return `After ${who} left and came back`;
    case 'muted':
      return `After ${who} muted`;
    case 'unmuted':
      return `After ${who} unmuted`;
    case 'opened':
      return `After ${who} opened the room`;
    case 'crashed':
      return `After ${who} crashed and came back`;
    case 'network-back':
      return `After the network of ${who} was away`;
    case 'shared':
      return `After ${who} began to share the screen`;
    case 'unshared':
      return `After ${who} stopped sharing the screen`;
    case 'moved':
      return `After ${who} changed to another network`;
    case 'woke':
      return `After ${who} slept and woke`;
    case 'admitted':
      return `After ${who} ${moment.who.length > 1 ? 'were' : 'was'} admitted`;
  }
}

/** A sentence of a step: in which room of several, when it began, what it is (without a full stop), in which steps it was found again. */
export function inStep({ room, moment, againIn }: OfStep, what: string): string {
  const where = room === undefined ? '' : `Room ${room}: `;
  const when = moment ? `${momentWords(moment)}: ` : '';
  const again = againIn && againIn.length > 0 ? `; still so in ${list(againIn)}` : '';
  return `${where}${when}${what}${again}.`;
}
