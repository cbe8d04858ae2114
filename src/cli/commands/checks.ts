/** The commands that run checks. */
import { LANGUAGES } from '../../base/language.ts';
import {
  CALL,
  CONFIG,
  CONFIG_OR_SANDBOX,
  HELP,
  INSECURE,
  OUTPUT,
  RESOLVE,
  RUN_EXIT,
  URL_ARGUMENT,
} from '../options.ts';
import type { CommandSpec } from '../spec.ts';
import { choice, choices, listenAddress, seconds, text, wholeNumber } from '../values.ts';

export const CHECK_COMMANDS = {
  serve: {
    summary: 'run the checks on schedule and serve pages, metrics and the API',
    description: `Runs the checks on schedule and serves pages, metrics and the API until SIGTERM or Ctrl-C. SIGHUP reloads the configuration; an invalid one is rejected and the current one kept.`,
    arguments: {},
    options: {
      config: CONFIG_OR_SANDBOX,
      listen: {
        type: listenAddress,
        placeholder: 'ADDRESS',
        description:
          'address and port to listen on, instead of server.listen of the configuration: "127.0.0.1:9797", or ":9797" for all addresses (in a container)',
      },
      watch: {
        type: 'flag',
        description:
          'reload the configuration when its file changes, as a ConfigMap does, not only on SIGHUP',
      },
      help: HELP,
    },
    exit: { 0: 'stopped', 2: 'wrong usage or configuration, or it cannot start' },
  },
  run: {
    summary: 'run configured checks now, once',
    description: 'Runs all checks of the configuration, or the named ones, now and once.',
    arguments: { CHECK: { description: 'the name of a check', optional: true, repeatable: true } },
    options: { config: CONFIG_OR_SANDBOX, ...OUTPUT },
    exit: RUN_EXIT,
  },
  call: {
    summary: 'place a test call on any Jitsi, without a configuration',
    description: 'Places a three-way test call on the Jitsi at URL and reports who cannot hear or see whom.',
    arguments: { URL: URL_ARGUMENT },
    options: { ...CALL, ...OUTPUT },
    exit: RUN_EXIT,
  },
  guest: {
    summary: 'lead a person with a device of their own through a call',
    description:
      'Two participants of Vigie stay in a room of the Jitsi at URL and show a link and a QR code. Somebody opens it with any device; large letters in the pictures of the two say what to do (three in the room, two, leave and come back, mute). Shown live: who hears and sees the guest, how loud, how large, with what pauses, and what the guest reports of what it receives. Ends with a report.',
    arguments: { URL: URL_ARGUMENT },
    options: {
      wait: {
        type: wholeNumber('a number of minutes between 1 and 120', { min: 1, max: 120 }),
        placeholder: 'MINUTES',
        default: '10',
        description: 'how long the guest is waited for',
      },
      patience: {
        type: seconds,
        placeholder: 'SECONDS',
        default: '40',
        description: 'how long three or two in the room may need until all hear and see each other',
      },
      lang: {
        type: choice(LANGUAGES),
        placeholder: 'LANG',
        default: 'en',
        description: 'language of the letters and of the report: en or fr',
      },
      report: { type: text, placeholder: 'FILE', description: 'also write the report (Markdown)' },
      json: { type: 'flag', description: 'print the result as JSON' },
      'no-qr': { type: 'flag', description: 'print the link without a QR code' },
      insecure: INSECURE,
      help: HELP,
    },
    exit: {
      0: 'all that was tried works',
      1: 'something does not work',
      2: 'wrong usage',
      3: 'nobody came, or it ended early',
    },
  },
  signaling: {
    summary: 'test web front, XMPP, TURN and bridge, without a browser',
    description:
      'Tests what a call on the Jitsi at URL needs before there is media: web front, configuration, library, XMPP over WebSocket and BOSH, login, conference request, TURN, and whether the bridge answers. Takes a second and needs no browser.',
    arguments: { URL: URL_ARGUMENT },
    options: {
      require: {
        type: choices(['websocket', 'bosh', 'turn']),
        placeholder: 'LIST',
        description:
          'what the deployment must offer, of websocket,bosh,turn; without it, what is offered must work',
      },
      accounts: {
        type: 'flag',
        description: 'an account is required here: do not report that guests are rejected',
      },
      timeout: {
        type: seconds,
        placeholder: 'SECONDS',
        default: '5',
        description: 'time limit for each part',
      },
      family: {
        type: choice(['any', '4', '6']),
        placeholder: 'FAMILY',
        default: 'any',
        description: 'reach everything over IPv4 (4) or IPv6 (6) alone',
      },
      'no-bridge': {
        type: 'flag',
        description: 'join no room: do not look at whether the bridge answers over UDP',
      },
      resolve: RESOLVE,
      insecure: INSECURE,
      ...OUTPUT,
    },
    exit: RUN_EXIT,
  },
  mail: {
    summary: 'run the configured mail checks now, once',
    description:
      'Runs the mail checks of the configuration now and once: each sends a test message through your relay and checks that a strict receiver would authenticate it (DKIM, SPF, DMARC).',
    arguments: {},
    options: { config: CONFIG, ...OUTPUT },
    exit: RUN_EXIT,
  },
} as const satisfies Readonly<Record<string, CommandSpec>>;
