/** Options that several commands have, each declared once. */
import { CHOREOGRAPHIES } from '../checks/call/scene/scenes.ts';
import type { FlagSpec, OptionSpec, ValueSpec } from './spec.ts';
import { choice, commaList, hostAddress, seconds, text, wholeNumber } from './values.ts';

/** Used where no configuration is named. */
export const DEFAULT_CONFIG = 'vigie.yaml';

export const HELP = { type: 'flag', short: 'h', description: 'show this help' } as const satisfies FlagSpec;

export const CONFIG = {
  type: text,
  placeholder: 'FILE',
  usual: DEFAULT_CONFIG,
  description: 'configuration',
} as const satisfies ValueSpec;

export const CONFIG_OR_SANDBOX = {
  ...CONFIG,
  usual: `${DEFAULT_CONFIG}, else the sandbox's checks`,
} as const satisfies ValueSpec;

export const EVIDENCE = {
  type: text,
  placeholder: 'DIR',
  description: 'write the evidence of each run to this directory',
} as const satisfies ValueSpec;

export const INSECURE = {
  type: 'flag',
  description: 'do not verify TLS certificates',
} as const satisfies FlagSpec;

export const RESOLVE = {
  type: hostAddress,
  placeholder: 'HOST:ADDRESS',
  repeatable: true,
  description: 'reach HOST at this address, not at that in DNS, with the name and certificate of HOST',
} as const satisfies ValueSpec;

/** Of every command that runs checks and prints their runs. */
export const OUTPUT = {
  evidence: EVIDENCE,
  json: { type: 'flag', description: 'print the runs as JSON' },
  junit: { type: text, placeholder: 'FILE', description: 'also write the runs as JUnit XML' },
  strict: { type: 'flag', description: 'treat a degraded run as a failure' },
  help: HELP,
} as const satisfies Record<string, OptionSpec>;

/** Of every command that places a call without a configuration. */
export const CALL = {
  participants: {
    type: commaList,
    placeholder: 'LIST',
    default: 'chromium,chromium,chromium',
    description:
      '2 to 10 browsers, chromium or firefox, each with +app for the web app, +720p for a large picture, +udp-blocked or +relay-only for such a network, +ipv4 or +ipv6 for one address family, or @http://HOST:9222 where it runs elsewhere',
  },
  watch: {
    type: seconds,
    placeholder: 'SECONDS',
    default: '5',
    description: 'how long the complete call is observed',
  },
  within: {
    type: seconds,
    placeholder: 'SECONDS',
    default: '20',
    description: 'time limit for all participants to hear and see each other',
  },
  steps: {
    type: choice(CHOREOGRAPHIES),
    placeholder: 'NAME',
    default: 'join',
    description:
      'join: all at once; trickle: one by one; handover: two, then three, then two; reload; rejoin; mute; long; host: guests wait for A; lobby: A admits them; crash: pages are killed; outage: networks are cut; share: screens are shared; roam: networks are replaced; sleep: pages sleep and wake',
  },
  rooms: {
    type: wholeNumber('a number of rooms', { min: 1 }),
    placeholder: 'N',
    default: '1',
    description:
      'rooms that are met in at the same time, each with these participants; several bridges share them',
  },
  'no-p2p': { type: 'flag', description: 'always use the bridge, never the direct connection of two' },
  resolve: RESOLVE,
  insecure: INSECURE,
} as const satisfies Record<string, OptionSpec>;

/** What exit statuses mean where checks run. */
export const RUN_EXIT = {
  0: 'all pass',
  1: 'something failed',
  2: 'wrong usage or configuration',
  3: 'could not tell',
} as const;

export const URL_ARGUMENT = {
  description: 'the address of a deployment, such as https://meet.example.org/',
} as const;
