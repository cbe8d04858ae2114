/** What each participant is: which browser, here or elsewhere, behind which network, and what may be expected of it. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { duration } from '../../../base/units.ts';
import { BROWSERS, type BrowserName } from '../../../browsers/browser.ts';
import type { Family } from '../../../net/resolving.ts';
import { type AccountPlan, account } from '../../accounts/options.ts';
import { PICTURE_NAMES, type Picture, type PictureName, pictureOf, SMALLEST } from './sends.ts';

/** Named networks: no UDP at all, or everything through the TURN server. */
const PROFILES = ['udp-blocked', 'relay-only'] as const;
/** What a participant is to come to: `media` whatever its way, `relay` through TURN, `none`: it cannot take part. */
export const EXPECTATIONS = ['media', 'relay', 'none'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

/** What takes part: the deployment's library on a page of ours, its own web app, or that in a frame of another site's page. */
export const CLIENTS = ['library', 'app', 'iframe'] as const;
export type Client = (typeof CLIENTS)[number];

/** Whether it is the deployment's own web app that takes part, in whatever page. */
export const isApp = (client: Client | undefined): boolean => client === 'app' || client === 'iframe';

/** Nobody's site: its name exists nowhere (RFC 6761). */
const NOBODYS_SITE = 'https://embedding.invalid/';

/** What a network does to packets in both directions; null where it does nothing. */
export interface Impairment {
  /** Milliseconds added each way. */
  readonly delay: number;
  /** Share of packets dropped each way, 0 to 1. */
  readonly loss: number;
  /** Kilobits a second; null: as fast as it goes. */
  readonly download: number | null;
  readonly upload: number | null;
}

export interface ParticipantPlan {
  readonly browser: BrowserName;
  readonly client: Client;
  /** The site whose page embeds the room, of a participant that is one in a frame. */
  readonly site: string;
  /** Address of a browser that runs elsewhere; null: one is started here. */
  readonly endpoint: string | null;
  readonly network: (typeof PROFILES)[number] | null;
  readonly impairment: Impairment | null;
  /** The address family of its web front and its media. */
  readonly family: Family;
  readonly expect: Expectation;
  /** With what it logs in; null: as a guest. */
  readonly account: AccountPlan | null;
  /** What its camera gives. */
  readonly send: Picture;
  /** Where it says that it is, for deployments with bridges in several regions; null: it says nothing. */
  readonly region: string | null;
}

const browser = z.enum(BROWSERS, {
  error: `expected a browser: ${BROWSERS.map((name) => `"${name}"`).join(' or ')}`,
});

const endpoint = z
  .url({
    protocol: /^(wss?|https?)$/,
    error:
      'expected the address of a running browser, such as "ws://browser.example.org:9222/…" or "http://10.0.0.2:9222"',
  })
  .describe(
    'A browser elsewhere: the address of its remote debugging port (http), or a WebSocket (CDP for chromium, WebDriver BiDi for firefox).',
  );

const rate = z
  .number({ error: 'expected kilobits a second, such as 300' })
  .min(16, 'expected at least 16 kilobits a second: below that nothing gets through')
  .optional();

const impairment = z.strictObject(
  {
    delay: duration({ max: '5s' }).default(0).describe('Added to every packet, each way.'),
    loss: z
      .number({ error: 'expected a share of packets between 0 and 1, such as 0.05' })
      .min(0)
      .max(1)
      .default(0)
      .describe('The share of packets that are dropped, each way.'),
    download: rate.describe('Kilobits a second towards the participant.'),
    upload: rate.describe('Kilobits a second from the participant.'),
  },
  {
    error:
      'expected "udp-blocked", "relay-only", or what the network does, such as { delay: 100ms, loss: 0.02 }',
  },
);

const network = z
  .union([z.enum(PROFILES), impairment], {
    error:
      'expected "udp-blocked", "relay-only", or what the network does, such as { delay: 100ms, loss: 0.02 }',
  })
  .describe('The network between this participant and everybody else.');

const written = z.strictObject(
  {
    browser: browser.default('chromium').describe('The browser of this participant.'),
    client: z
      .enum(CLIENTS, { error: 'expected "library", "app" or "iframe"' })
      .default('library')
      .describe(
        '"library": the deployment\'s lib-jitsi-meet on a page of ours; "app": its own web app; "iframe": that in a page of another site, through external_api.js.',
      ),
    site: z
      .url({
        protocol: /^https$/,
        error: 'expected the address of a site, such as "https://www.example.org/"',
      })
      .transform((url) => new URL('/', url).href)
      .optional()
      .describe(
        'With "client: iframe": the site that embeds the room, for deployments that let some sites alone. Nothing is asked of it.',
      )
      .meta({ examples: ['https://www.example.org/'] }),
    send: z
      .enum(PICTURE_NAMES, {
        error: `expected ${PICTURE_NAMES.map((name) => `"${name}"`).join(', ')}`,
      })
      .default('180p')
      .describe('How large a picture it sends: lines, and pictures a second where there are more than 15.'),
    endpoint: endpoint.optional(),
    network: network.optional(),
    family: z
      .union([z.literal('any'), z.literal(4), z.literal(6)], { error: 'expected "any", 4 or 6' })
      .default('any')
      .describe('4 or 6: the web front and media are reached over IPv4, or IPv6, alone.'),
    expect: z
      .enum(EXPECTATIONS, { error: 'expected "media", "relay" or "none"' })
      .optional()
      .describe('"relay": media must go through TURN; "none": it is known that it cannot take part.'),
    region: z
      .string({ error: 'expected the name of a region, such as "eu-west"' })
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'expected the name of a region, such as "eu-west"')
      .optional()
      .describe(
        'The region that this participant says it is in: jicofo chooses a bridge near it where there are several.',
      ),
    account: account
      .optional()
      .describe(
        'With whom this participant logs in; left out: as a guest, who waits for a host where one is needed.',
      ),
  },
  { error: 'expected a browser, or a mapping such as { browser: chromium, network: udp-blocked }' },
);

function planOf(options: z.output<typeof written>, context: z.core.$RefinementCtx): ParticipantPlan {
  const fault = (message: string, key: string) =>
    context.issues.push({ code: 'custom', message, path: [key], input: options });
  const { network: net, browser: name } = options;
  const impaired = typeof net === 'object' ? net : null;
  if (impaired && name === 'firefox')
    fault('only chromium can have delay, loss and rates; Firefox offers no such means', 'network');
  if (impaired && options.endpoint)
    fault('delay, loss and rates are for browsers that are started here', 'network');
  if (net === 'udp-blocked' && options.endpoint)
    fault('a browser elsewhere is started with its own switches: "relay-only" works there', 'network');
  if (options.family !== 'any' && (name === 'firefox' || options.endpoint || isApp(options.client))) {
    const means = 'only the library in a Chromium that Vigie starts can be limited to one address family';
    fault(means, 'family');
  }
  if (options.client === 'iframe' && (name === 'firefox' || options.endpoint))
    fault('a room is embedded in a chromium that Vigie starts', 'client');
  if (options.site !== undefined && options.client !== 'iframe')
    fault('a site embeds the room with "client: iframe" alone', 'site');
  if (isApp(options.client)) {
    if (options.region !== undefined)
      fault('the app takes no region from outside: "client: library"', 'region');
    if (typeof net === 'string' && (net === 'relay-only' || name === 'firefox'))
      fault('only the library can be limited to TURN servers: "client: library"', 'network');
    if (options.account?.kind === 'password')
      fault(
        'the app asks for user and password in a dialog of its own: "client: library", or a token',
        'account',
      );
  }
  return {
    browser: name,
    client: options.client,
    site: options.site ?? NOBODYS_SITE,
    endpoint: options.endpoint ?? null,
    network: typeof net === 'string' ? net : null,
    impairment: impaired && {
      ...impaired,
      download: impaired.download ?? null,
      upload: impaired.upload ?? null,
    },
    family: options.family,
    // Without UDP there is no way but a relay: that it is one is part of what is tested.
    expect: options.expect ?? (typeof net === 'string' ? 'relay' : 'media'),
    account: options.account ?? null,
    send: pictureOf(options.send),
    region: options.region ?? null,
  };
}

const participant = z.union(
  [
    browser.transform((name) => plainParticipant(name)),
    written.transform((options, context) => planOf(options, context)),
  ],
  {
    error:
      'expected a browser ("chromium" or "firefox"), or a mapping such as { browser: chromium, network: udp-blocked }',
  },
);

/** A browser here, on the network that there is. */
export function plainParticipant(name: BrowserName): ParticipantPlan {
  return {
    browser: name,
    client: 'library',
    site: NOBODYS_SITE,
    endpoint: null,
    network: null,
    impairment: null,
    family: 'any',
    expect: 'media',
    account: null,
    send: SMALLEST,
    region: null,
  };
}

export const participants = z
  .array(participant, { error: 'expected a list of browsers, such as [chromium, chromium, firefox]' })
  .min(2, 'expected at least 2 participants')
  .max(10, 'expected at most 10 participants');

/** Participants with the same key share one browser. */
export function browserKey({
  browser: name,
  endpoint: where,
  network: net,
  family,
  client,
}: ParticipantPlan): string {
  const frames = client === 'iframe' ? client : '';
  return [name, where ?? 'here', net === 'udp-blocked' ? net : '', family, frames].join(' ');
}

/**
 * Reads what the command line says of one participant: `BROWSER`, `BROWSER@ENDPOINT`, either with `+app`, `+iframe`, `+720p`, `+ipv4` or `+ipv6`, and
 * `+PROFILE` at its end.
 * What it cannot be is left for the schema to refuse.
 */
export function participantFromWords(text: string): unknown {
  const [first = '', ...words] = text.trim().split('+');
  const [name, where] = split(first, first.indexOf('@'));
  const client = (['app', 'iframe'] as const).find((one) => words.includes(one)) ?? null;
  const send = words.find((word): word is PictureName => PICTURE_NAMES.some((one) => one === word)) ?? null;
  const family = words.includes('ipv4') ? 4 : words.includes('ipv6') ? 6 : null;
  const rest = words.filter((word) => !['app', 'iframe', 'ipv4', 'ipv6', send].includes(word));
  const profile = rest.join('+') || (words.includes('') ? '' : null);
  if ([profile, where, client, send, family].every((one) => one === null)) return name;
  return {
    browser: name,
    ...(client === null ? {} : { client }),
    ...(send === null ? {} : { send }),
    ...(where === null ? {} : { endpoint: where }),
    ...(profile === null ? {} : { network: profile }),
    ...(family === null ? {} : { family }),
  };
}

/** The words for a participant; null for one that only a configuration can describe. `shown`: how an endpoint is written. */
export function participantInWords(
  plan: ParticipantPlan,
  shown: (endpoint: string) => string = (endpoint) => endpoint,
): string | null {
  const { browser: name, client, send, family, network: net, endpoint: where } = plan;
  const picture = PICTURE_NAMES.find((one) => isDeepStrictEqual(pictureOf(one), send));
  const rest = [
    client !== 'library' && client,
    picture !== undefined && pictureOf(picture) !== SMALLEST && picture,
    family !== 'any' && `ipv${family}`,
    net,
  ].filter((word) => word !== false && word !== null);
  const words = (at: string | null) => [at === null ? name : `${name}@${at}`, ...rest].join('+');
  const again = participant.safeParse(participantFromWords(words(where)));
  return isDeepStrictEqual(again.data, plan) ? words(where && shown(where)) : null;
}

const split = (text: string, at: number): [string, string | null] =>
  at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
