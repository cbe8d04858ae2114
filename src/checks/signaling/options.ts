/** The configuration of a `signaling` check. */
import { z } from 'zod';
import { duration } from '../../base/units.ts';
import { account } from '../accounts/options.ts';
import { deploymentUrl } from '../deployment-url.ts';
import { resolveOption } from '../resolve-option.ts';
import { roomOption } from '../room-option.ts';

const offered = z.enum(['optional', 'required'], { error: 'expected "optional" or "required"' });

const expectation = z
  .strictObject({
    websocket: offered
      .default('optional')
      .describe('"required": a deployment whose config.js names no WebSocket is broken.'),
    bosh: offered
      .default('optional')
      .describe(
        '"required": BOSH has to be offered and to work. "optional": broken beside a WebSocket that works, it is degraded.',
      ),
    turn: offered
      .default('optional')
      .describe(
        '"required": a TURN server has to be offered, and one transport of it has to work. "optional": none is advice, a broken one degraded.',
      ),
    embedding: offered
      .default('optional')
      .describe(
        '"required": other sites embed this Jitsi, so that external_api.js has to be there. "optional": it is not looked at.',
      ),
    guests: offered
      .default('required')
      .describe('"optional": a deployment that lets only people with an account in is meant so.'),
    certificateDays: z
      .int({ error: 'expected a number of days between 0 and 365, such as 14' })
      .min(0)
      .max(365)
      .default(14)
      .describe('A certificate with fewer days left is degraded.'),
  })
  .prefault({});

export const signalingOptions = z.strictObject({
  url: deploymentUrl,
  timeout: duration({ min: '100ms', max: '1m' })
    .default(5000)
    .describe(
      'How long each part has to answer: the web front, each way to XMPP, the login, each TURN server, the bridge.',
    ),
  insecure: z.boolean().default(false).describe('true: do not verify the certificates of the deployment.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe(
      'true: private addresses that the deployment names are asked although its own address is public.',
    ),
  room: roomOption,
  resolve: resolveOption,
  family: z
    .union([z.literal('any'), z.literal(4), z.literal(6)], { error: 'expected "any", 4 or 6' })
    .default('any')
    .describe('4 or 6: the web front, XMPP and TURN are reached over IPv4, or IPv6, alone.'),
  account: account.optional().describe('With whom Vigie logs in and asks for a room; left out: as a guest.'),
  maxRoundTrip: duration({ min: '1ms', max: '10s' })
    .default(1000)
    .describe('An XMPP server that takes longer than this for a question is slow.'),
  bridge: z
    .boolean()
    .default(true)
    .describe('false: no room is joined, and it is not looked at whether the bridge answers over UDP.'),
  expect: expectation.describe('What is expected of the deployment.'),
});

export type SignalingOptions = z.output<typeof signalingOptions>;
export type Requirements = SignalingOptions['expect'];
