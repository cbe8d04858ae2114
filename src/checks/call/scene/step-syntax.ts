/** How a configuration writes the steps of a choreography. */
import { z } from 'zod';
import { parseDuration } from '../../../base/durations.ts';
import { duration } from '../../../base/units.ts';
import { DEVICE_KINDS, type DeviceKind } from '../media.ts';
import { type Act, nameOf, PATHS, type StepWords } from './acts.ts';
import { isNetworkName, NETWORK_NAMES } from './networks.ts';
import { CHOREOGRAPHIES } from './scenes.ts';

const EXPECTED =
  'expected an act such as "join A", "join all", "leave C", "reload A", "crash A", "network off A", "network to another A", "sleep A", "wake A", "mute A", "mute A audio", "unmute A", "lobby A", "knock B", "admit B", "share A", "unshare A" or "wait 10s"';
const EXPECTED_MOVE = `expected an act such as "network to another A"; the networks are ${NETWORK_NAMES.map((name) => `"${name}"`).join(', ')}`;
const KINDS: readonly string[] = DEVICE_KINDS;
/** Whom `all` stands for is known once the participants are. */
export const ALL = 'all';

const isName = (name: string): boolean => name === ALL || /^[A-Z]$/.test(name);

/** Reads `mute A B audio`; null when it is no act. */
export function parseAct(words: string): Act | null {
  const [verb = '', ...rest] = words.trim().split(/\s+/);
  if (verb === 'wait') {
    const ms = rest.length === 1 ? parseDuration(rest[0]!) : null;
    return ms === null ? null : { act: 'wait', ms };
  }
  if (verb === 'network') {
    if (rest[0] === 'to') return parseMove(rest.slice(1));
    const [state, ...names] = rest;
    const known = (state === 'on' || state === 'off') && names.length > 0 && names.every(isName);
    return known ? { act: 'network', who: names, on: state === 'on' } : null;
  }
  const kinds = rest.filter((word) => KINDS.includes(word)) as DeviceKind[];
  const who = rest.filter((word) => !KINDS.includes(word));
  if (who.length === 0 || !who.every(isName)) return null;
  switch (verb) {
    case 'join':
    case 'leave':
    case 'crash':
    case 'reload':
    case 'lobby':
    case 'knock':
    case 'admit':
    case 'share':
    case 'unshare':
    case 'sleep':
    case 'wake':
      return kinds.length > 0 ? null : { act: verb, who };
    case 'mute':
    case 'unmute':
      return { act: verb, who, kinds: kinds.length > 0 ? kinds : DEVICE_KINDS };
    default:
      return null;
  }
}

/** Reads `another A B` of `network to another A B`; null when it is no act. */
function parseMove([to = '', ...who]: readonly string[]): Act | null {
  return isNetworkName(to) && who.length > 0 && who.every(isName) ? { act: 'move', to, who } : null;
}

const act = z
  .string({ error: EXPECTED })
  .transform((text, context) => {
    const parsed = parseAct(text);
    if (parsed === null) {
      const message = /^\s*network\s+to\b/.test(text) ? EXPECTED_MOVE : EXPECTED;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }
    return parsed;
  })
  .meta({
    type: 'string',
    examples: [
      'join all',
      'reload A',
      'mute B audio',
      'network off A',
      'network to slow A',
      'sleep A',
      'share A',
    ],
  });

const step = z.strictObject(
  {
    name: z
      .string({ error: 'expected a short name, such as "third-joins"' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'expected a short name of letters, digits and hyphens')
      .optional()
      .describe('What the step is called in metrics, pages and findings; made of its acts where left out.'),
    do: z
      .union([act.transform((one): Act[] => [one]), z.array(act).min(1, EXPECTED)], { error: EXPECTED })
      .describe('What participants do, one act after the other.'),
    path: z
      .enum(PATHS, { error: 'expected "direct", "bridge" or "any"' })
      .optional()
      .describe(
        'The path media must take at its end; left out: what Jitsi does for that number of participants.',
      ),
    watch: duration({ max: '1h' }).optional().describe("Instead of the check's own."),
    completeWithin: duration({ min: '1s', max: '5m' }).optional().describe("Instead of the check's own."),
  },
  { error: 'expected a step, such as { do: [reload A] }' },
);

const NAMES = CHOREOGRAPHIES.map((name) => `"${name}"`).join(', ');

/** A scene by its name, or a list of steps. */
export const steps = z
  .union(
    [
      z.enum(CHOREOGRAPHIES),
      z
        .array(step)
        .min(1, 'expected at least one step')
        .max(50, 'expected at most 50 steps')
        .transform((all): StepWords[] => all.map(({ do: acts, ...rest }) => ({ ...rest, acts }))),
    ],
    { error: `expected ${NAMES}, or a list of steps` },
  )
  .default('join')
  .describe('What the participants do: a scene by its name, or a list of steps.');

/**
 * Puts names in place of `all`: for `join` and `knock` those who are not there, for `admit` those who wait, for `unshare` those who
 * share a screen, else those who are there.
 */
export function resolveAll(scene: readonly StepWords[], size: number): StepWords[] {
  const names = Array.from({ length: size }, (_, index) => nameOf(index));
  const present = new Set<string>();
  const waiting = new Set<string>();
  const sharing = new Set<string>();
  return scene.map((each) => ({
    ...each,
    acts: each.acts.map((given) => {
      if (given.act === 'wait') return given;
      const meant = names.filter((name) => {
        if (given.act === 'admit') return waiting.has(name);
        if (given.act === 'unshare') return sharing.has(name);
        if (given.act === 'share' && sharing.has(name)) return false;
        if (given.act === 'join' || given.act === 'knock') return !present.has(name) && !waiting.has(name);
        return present.has(name);
      });
      const who = given.who.includes(ALL) ? meant : given.who;
      for (const name of who) {
        if (given.act === 'join' || given.act === 'admit') present.add(name);
        if (given.act === 'knock') waiting.add(name);
        if (given.act === 'admit') waiting.delete(name);
        if (given.act === 'leave' || given.act === 'crash') present.delete(name);
        if (given.act === 'share') sharing.add(name);
        if (['leave', 'crash', 'reload', 'unshare'].includes(given.act)) sharing.delete(name);
      }
      return { ...given, who };
    }),
  }));
}
