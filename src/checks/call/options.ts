/** The configuration of a `call` check. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { duration } from '../../base/units.ts';
import { withoutBrackets } from '../../net/host-port.ts';
import { deploymentUrl } from '../deployment-url.ts';
import { resolveOption } from '../resolve-option.ts';
import { roomOption } from '../room-option.ts';
import {
  ChoreographyFault,
  everAsleep,
  everCrashed,
  everOffline,
  movesOf,
  nameOf,
  type StepWords,
} from './scene/acts.ts';
import { choreograph, type StepPlan } from './scene/choreography.ts';
import { networkOf } from './scene/networks.ts';
import { participants } from './scene/participants.ts';
import type { ChoreographyName } from './scene/scenes.ts';
import { resolveAll, steps } from './scene/step-syntax.ts';

const metricsUrl = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `expected the address of metrics, such as "${example}"` })
    .optional()
    .meta({ examples: [example] });

const CODECS = ['AV1', 'VP9', 'VP8', 'H264'] as const;
const codec = z.enum(CODECS, { error: `expected ${CODECS.map((name) => `"${name}"`).join(', ')}` });

const expected = z
  .strictObject({
    height: z
      .int({ error: 'expected a number of lines, such as 720' })
      .min(90)
      .max(1080)
      .optional()
      .describe('Lines that pictures must arrive with, of participants who send as many.'),
    fps: z
      .number({ error: 'expected pictures a second, such as 12' })
      .min(1)
      .max(30)
      .optional()
      .describe('Pictures a second that must arrive, of participants who send as many.'),
    codec: z
      .union([codec.transform((one) => [one]), z.array(codec).min(1)])
      .optional()
      .describe('The codecs that pictures may arrive in.'),
    within: duration({ max: '2m' })
      .default(20_000)
      .describe('How long pictures may take to grow, after the watch: a bridge begins with small ones.'),
  })
  .optional()
  .describe('What pictures must at least be like where they arrive; less is degraded.');

/** They are named by letters. */
const MOST_PARTICIPANTS = 20;

const keys = z.strictObject({
  url: deploymentUrl,
  participants: participants
    .prefault(['chromium', 'chromium', 'chromium'])
    .describe('One browser per participant (2 to 10); they are named A, B, C … in this order.'),
  steps,
  watch: duration({ max: '1h' })
    .optional()
    .describe(
      'How long the complete call is observed, in each step; left out: 5s, 3s in each of several steps, 3m in "long".',
    ),
  completeWithin: duration({ min: '1s', max: '5m' })
    .default(20_000)
    .describe('How long everybody has, from the beginning of a step, to hear and see everybody.'),
  rooms: z
    .int({ error: 'expected a number of rooms, from 1 to 5' })
    .min(1, 'expected a number of rooms, from 1 to 5')
    .max(5, 'expected a number of rooms, from 1 to 5')
    .default(1)
    .describe(
      'How many rooms are met in at the same time, each with these participants and steps: a deployment with several bridges spreads them.',
    ),
  p2p: z.boolean().default(true).describe('false: never the direct connection of two, always the bridge.'),
  insecure: z.boolean().default(false).describe('true: do not verify the certificate of the deployment.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe(
      'true: private addresses that the deployment names are asked although its own address is public.',
    ),
  room: roomOption,
  resolve: resolveOption,
  serverMetrics: z
    .strictObject({
      jicofo: metricsUrl('http://127.0.0.1:8888/metrics').describe("The address of jicofo's metrics."),
      videobridge: metricsUrl('http://127.0.0.1:8080/metrics').describe(
        "The address of the videobridge's metrics.",
      ),
    })
    .prefault({})
    .describe(
      "The servers' own Prometheus metrics, where they can be reached: beside a fault stands what they say.",
    ),
  startMuted: z
    .enum(['degraded', 'expected'], { error: 'expected "degraded" or "expected"' })
    .default('degraded')
    .describe('What it means that the deployment lets people join muted: below its best, or meant so.'),
  restrictions: z
    .enum(['degraded', 'expected'], { error: 'expected "degraded" or "expected"' })
    .default('degraded')
    .describe(
      'What it means that config.js lets people see or hear less than everybody (channelLastN, startAudioOnly, startSilent, startAudioMuted): below its best, or meant so.',
    ),
  maxLatency: duration({ min: '10ms', max: '3s' })
    .default(400)
    .describe(
      "A stream that needs longer than this, without the receiver's jitter buffer, is late (ITU-T G.114: 400 ms at most).",
    ),
  maxFirst: duration({ min: '500ms', max: '1m' })
    .default(5000)
    .describe(
      'Whoever is in the room waits at most this long for the first picture and the first sound of each other; longer is degraded.',
    ),
  maxRecovery: duration({ min: '1s', max: '5m' })
    .default(40_000)
    .describe(
      'How long media may take to be back for somebody whose network was replaced, or who slept, in mid-call; longer is degraded.',
    ),
  maxRoundTrip: duration({ min: '1ms', max: '10s' })
    .default(250)
    .describe('A participant whose packets need longer than this to the bridge and back has a slow network.'),
  maxSignalingRoundTrip: duration({ min: '1ms', max: '5s' })
    .default(1000)
    .describe(
      'An XMPP server that takes longer than this for a question of a participant in the call is slow: degraded.',
    ),
  minSimilarity: z
    .number({ error: 'expected a similarity between 0 and 1, such as 0.9' })
    .min(0)
    .max(1)
    .default(0.6)
    .describe(
      'How like the picture that was sent one must be where it arrives, at its full size (structural similarity, SSIM; 1 is the same picture); less is degraded. 0: any.',
    ),
  minSignalToNoise: z
    .number({ error: 'expected decibels, such as 10' })
    .min(0)
    .max(40)
    .default(6)
    .describe(
      'How many dB the tones that were sent must stand above everything else where they arrive; less is degraded. 0: any.',
    ),
  expect: expected,
  maxLoss: z
    .number({ error: 'expected a share of lost packets between 0 and 1, such as 0.05' })
    .min(0)
    .max(1)
    .default(0.05)
    .describe('A participant who loses a larger share of packets than this has a bad network.'),
});

/** @throws {ChoreographyFault} */
function plan(
  scene: ChoreographyName | readonly StepWords[],
  size: number,
  pace: { watch?: number | undefined; completeWithin: number },
): StepPlan[] {
  const { watch, completeWithin } = pace;
  const written = typeof scene === 'string' ? scene : resolveAll(scene, size);
  return choreograph(written, size, { watch, completeWithin });
}

/** Whose network cannot be cut or page killed, as the steps say; null: nobody's. */
function notAble(
  planned: readonly StepPlan[],
  people: z.output<typeof participants>,
): { readonly path: string[]; readonly message: string } | null {
  const [offline, crashed, asleep] = [everOffline(planned), everCrashed(planned), everAsleep(planned)];
  const moves = movesOf(planned);
  for (const [index, { browser, client, endpoint, family, network }] of people.entries()) {
    const name = nameOf(index);
    if (crashed.has(name) && browser !== 'chromium')
      return { path: ['steps'], message: `${name} cannot crash: only chromium can be made to` };
    if (asleep.has(name) && browser !== 'chromium')
      return {
        path: ['steps'],
        message: `${name} cannot sleep: only the pages of a chromium that Vigie starts can be made to stand still`,
      };
    if (!offline.has(name)) continue;
    if (browser !== 'chromium' || endpoint)
      return {
        path: ['steps'],
        message: `the network of ${name} cannot be cut: only that of a chromium that Vigie starts can be`,
      };
    if (network !== null)
      return {
        path: ['steps'],
        message: `the network of ${name} cannot be cut: media through a TURN server would go round it (${network})`,
      };
    const moved = moves.some(({ who }) => who === name);
    if (moved && client !== 'library')
      return {
        path: ['steps'],
        message: `the network of ${name} cannot be replaced: that takes "client: library", whose connections are made by our own page`,
      };
    const narrowed = moves.find(({ who, to }) => who === name && networkOf(to).family !== null);
    if (narrowed && family !== 'any')
      return {
        path: ['steps'],
        message: `${name} cannot move to ${narrowed.to}: it is limited to one address family already (family: ${family})`,
      };
  }
  return null;
}

/** What of this cannot be in several rooms at once; null: nothing. */
function notInRooms({
  rooms,
  room,
  participants: people,
}: z.output<typeof keys>): { readonly path: (string | number)[]; readonly message: string } | null {
  if (rooms === 1) return null;
  if (!room.includes('*'))
    return {
      path: ['room'],
      message: 'several rooms need several names: put a "*" into it, such as "test-*"',
    };
  if (rooms * people.length > MOST_PARTICIPANTS)
    return {
      path: ['rooms'],
      message: `${rooms} rooms of ${people.length} are ${rooms * people.length} participants: ${MOST_PARTICIPANTS} at most`,
    };
  const tied = people.findIndex(({ account }) => account?.kind === 'given' || account?.kind === 'file');
  if (tied >= 0)
    return {
      path: ['participants', tied, 'account'],
      message: 'a token may be for one room alone: several rooms need "mint", or user and password',
    };
  return null;
}

/** What is expected of pictures and sent by nobody; null: nothing is. */
function notSent({
  expect,
  participants: people,
}: z.output<typeof keys>): { readonly path: string[]; readonly message: string } | null {
  for (const key of ['height', 'fps'] as const) {
    const least = expect?.[key] ?? 0;
    const most = Math.max(...people.map(({ send }) => send[key]));
    const unit = key === 'height' ? 'lines' : 'pictures a second';
    if (least > most)
      return {
        path: ['expect', key],
        message: `nobody sends ${least} ${unit}, but ${most} at most: give a participant "send: 720p" or another that is enough`,
      };
  }
  return null;
}

export const callOptions = keys.transform((options, context) => {
  const literal = isIP(withoutBrackets(new URL(options.url).hostname));
  const unreachable = options.participants.findIndex(
    ({ family }) => literal !== 0 && family !== 'any' && family !== literal,
  );
  if (unreachable >= 0) {
    context.issues.push({
      code: 'custom',
      message: `the address of the deployment is an IPv${literal} address: nobody reaches it over another family`,
      path: ['participants', unreachable, 'family'],
      input: options.participants,
    });
    return z.NEVER;
  }
  // Only Chromium takes addresses for single hosts, and only where it is started.
  const other = options.participants.findIndex(({ browser, endpoint }) => browser !== 'chromium' || endpoint);
  if (Object.keys(options.resolve).length > 0 && other >= 0) {
    const message =
      '"resolve" needs participants in a Chromium that Vigie starts: no other browser takes addresses';
    context.issues.push({
      code: 'custom',
      message,
      path: ['participants', other],
      input: options.participants,
    });
    return z.NEVER;
  }
  const impossible = notSent(options) ?? notInRooms(options);
  if (impossible) {
    context.issues.push({ code: 'custom', ...impossible, input: options });
    return z.NEVER;
  }
  const { steps: scene, participants: people, watch, completeWithin, ...rest } = options;
  try {
    const planned = plan(scene, people.length, { watch, completeWithin });
    const unable = notAble(planned, people);
    if (unable) {
      context.issues.push({ code: 'custom', ...unable, input: scene });
      return z.NEVER;
    }
    return { ...rest, participants: people, steps: planned };
  } catch (cause) {
    if (!(cause instanceof ChoreographyFault)) throw cause;
    const path = typeof scene === 'string' ? ['steps'] : ['steps', cause.step];
    context.issues.push({ code: 'custom', message: cause.message, path, input: scene });
    return z.NEVER;
  }
});

export type CallOptions = z.output<typeof callOptions>;
