import type { Reception } from '../observe.ts';
import { figuresOf, type GuestWords } from './contract.ts';

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`;

function reception(received: Reception, now: number): string {
  const { receiver, kind, state, since, direct } = received;
  const verb = kind === 'audio' ? 'hear' : 'see';
  const figures = figuresOf(received, 'pictures/s');
  switch (state) {
    case 'ok':
      return `${receiver} ${verb}s the guest${figures}, for ${seconds(now - since)}${direct ? ', directly' : ', over the bridge'}`;
    case 'muted':
      return `${receiver}: the guest’s ${kind === 'audio' ? 'microphone' : 'camera'} is switched off`;
    case 'silent':
      return `${receiver} receives the guest’s sound, but there is nothing to hear in it${figures}`;
    case 'none':
      return `${receiver} does not ${verb} the guest, for ${seconds(now - since)}`;
  }
}

export const en: GuestWords = {
  title: 'A guest in a call',
  letters: (step) =>
    ({
      arrive: 'Welcome. Please speak now and then.',
      three: 'Three of us. Please say something.',
      two: 'B leaves. Two of us. Please say something.',
      'three-again': 'B is back. Please say something.',
      return: 'Please leave, and open the link again.',
      mute: 'Please mute your microphone.',
      unmute: 'Please unmute, and say something.',
    })[step],
  opened: (link) => `Open this link with the device that is to be tested:\n\n  ${link}\n`,
  doing: (step, present) =>
    ({
      arrive: 'Waiting for the guest',
      three: 'Three in the room, over the bridge',
      two: 'Two in the room (B has left)',
      'three-again': 'Three in the room again',
      return: present
        ? 'The guest is asked to leave and come back'
        : 'The guest has left; waiting for the return',
      mute: 'The guest is asked to mute the microphone',
      unmute: 'The guest is asked to unmute',
    })[step],
  reception,
  report: (report) => {
    if (!report)
      return 'The guest’s client has not reported what it receives (it does so every ten seconds).';
    const { hears, sees, audioKbps, videoKbps, lossPercent } = report;
    const says = (there: boolean | null, what: string, kbps: number | null) =>
      there === null ? `${what} unknown` : there ? `${what} (${kbps} kbit/s)` : `no ${what}`;
    const loss = lossPercent === null ? '' : `; ${lossPercent} % of the packets lost`;
    return `The guest’s client reports that it receives ${says(hears, 'sound', audioKbps)} and ${says(sees, 'pictures', videoKbps)}${loss}.`;
  },
  step: (id) =>
    ({
      arrive: 'opens the link',
      three: 'three in the room',
      two: 'two in the room',
      'three-again': 'three again',
      return: 'leaves and comes back',
      mute: 'mutes',
      unmute: 'unmutes',
    })[id],
  result: (result, step) =>
    result === 'ok'
      ? 'works'
      : result === 'partly'
        ? 'works in part'
        : result === 'none'
          ? 'does not work'
          : step === 'arrive'
            ? 'nobody came'
            : 'not tried: the guest did not do it',
  verdict: ({ steps, stopped }) => {
    if (stopped !== null) return 'The test ended early.';
    if (steps[0]?.result !== 'ok') return 'Nobody opened the link.';
    const bad = steps.filter(({ result }) => result === 'partly' || result === 'none');
    return bad.length === 0
      ? 'The guest hears, sees, is heard and is seen in every step that was tried.'
      : `Something does not work for this guest: see ${bad.map(({ id }) => `“${en.step(id)}”`).join(', ')}.`;
  },
  stopped: (reason) => `It ended by: ${reason}.`,
  gaps: (steps) => {
    const all = steps.flatMap(({ receptions }) => receptions.flatMap(({ gaps }) => gaps));
    if (all.length === 0) return null;
    const longest = Math.max(...all.map(({ ms }) => ms));
    return `${all.length} ${all.length === 1 ? 'pause' : 'pauses'} in what arrived, the longest ${seconds(longest)}.`;
  },
};
