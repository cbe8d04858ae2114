import { list } from '../../base/words.ts';
import type { Kind } from '../../checks/check.ts';
import { whereWords } from '../../checks/where-words.ts';
import type { Common } from '../../statistics/common-cause.ts';
import type { Failures } from '../changed.ts';
import type { IntermittentCause } from '../intermittence.ts';
import { dayAndTime, type IntermittentWords, ofParticipant } from './contract.ts';

const WINDOWS = { '24h': 'the last 24 hours', '7d': 'the last 7 days' } as const;
const MECHANISMS: Readonly<Record<string, string>> = {
  delivery: 'a test message did not arrive',
  dkim: 'DKIM did not pass',
  spf: 'SPF did not pass',
  dmarc: 'DMARC did not pass',
};
const PLACES: Readonly<Record<string, string>> = { ...whereWords.en, unknown: 'at an unknown place' };
const MEDIA: Readonly<Record<string, string>> = {
  audio: 'the sound',
  video: 'the picture',
  screen: 'the shared screen',
};
const when = dayAndTime('en-GB');

const runs = (kind: Kind) => (kind === 'call' ? 'calls' : 'runs');
const of = ({ failures, runs: all }: Failures) => `${failures} of ${all}`;

/** `B did not see A at step join`: what did not work in a failing run. */
function lost({ subject, stream }: IntermittentCause): string {
  if (stream) {
    const { receiver, sender, kind, step } = stream;
    const whom = kind === 'screen' ? `${sender}’s shared screen` : sender;
    return `${receiver} did not ${kind === 'audio' ? 'hear' : 'see'} ${whom} at step ${step}`;
  }
  if (subject?.aspect === 'mechanism') return MECHANISMS[subject.name] ?? `${subject.name} did not pass`;
  if (subject?.aspect === 'step') return `a stream was lost at step ${subject.name}`;
  return `${subject?.name} did not work`;
}

function share({ trait, value }: Common): string {
  switch (trait) {
    case 'step':
      return `at step ${value}`;
    case 'sender':
    case 'sending browser':
      return `sent by ${value}`;
    case 'receiver':
    case 'receiving browser':
      return `received by ${value}`;
    case 'medium':
      return MEDIA[value] ?? value;
    case 'place':
      return PLACES[value] ?? value;
    case 'mechanism':
      return value === 'delivery' ? 'the delivery' : value.toUpperCase();
    default:
      return value;
  }
}

function circumstance({ trait, value }: Common): string {
  const [name, what] = ofParticipant(value);
  switch (trait) {
    case 'path':
      return `${name} was connected ${what === 'direct' ? 'directly' : 'over the bridge'}`;
    case 'transport':
      return `${name} used ${what.toUpperCase()}`;
    case 'relay':
      return `${name} was ${what}`;
    case 'hour of day':
      return `it started in the hour of ${value}`;
    case 'configuration':
      return 'the configuration was another one';
    case 'browser version':
      return `a participant used ${value}`;
    default:
      return `${trait} was ${value}`;
  }
}

export const en: IntermittentWords = {
  failing(cause, kind) {
    const { window, before, subject } = cause;
    const week = before.runs > 0 ? `; ${of(before)} in the week before` : '';
    return subject === null
      ? `${of(cause)} ${runs(kind)} of ${WINDOWS[window]} failed${week}.`
      : `In ${of(cause)} ${runs(kind)} of ${WINDOWS[window]} ${lost(cause)}${week}.`;
  },
  parts: (parts, kind) =>
    `Most often: ${list(parts.map((part) => `${lost(part)} (${of(part)} ${runs(kind)})`))}.`,
  losses: (common) =>
    `What was lost: ${common
      .map((each) => {
        const { hits, of: all } = each.failing;
        return `${hits === all ? 'always' : `in ${hits} of ${all}`} ${share(each)}`;
      })
      .join(', ')}.`,
  circumstances: (common) =>
    common
      .map((each) => {
        const { failing, working } = each;
        return `In ${failing.hits} of ${failing.of} failing runs ${circumstance(each)}, in ${working.hits} of ${working.of} working ones.`;
      })
      .join(' '),
  changed(changed, { before, since }) {
    const what = list(changed.map(({ subject, from, to }) => `${subject} changed from ${from} to ${to}`));
    return `${what} on ${when(changed[0]!.at)} UTC: ${of(before)} failed in the week before that, ${of(since)} since.`;
  },
};
