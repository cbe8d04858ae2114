/** All commands with their arguments and options: command lines are read by this table, and help is made from it. */
import { LANGUAGES } from '../base/language.ts';
import { REGISTRARS } from '../report/customer/forms.ts';
import { CALL, CONFIG, CONFIG_OR_SANDBOX, EVIDENCE, HELP, INSECURE, OUTPUT, RESOLVE } from './options.ts';
import type { CommandSpec, Parsed } from './spec.ts';
import {
  choice,
  choices,
  duration,
  listenAddress,
  pageAddress,
  seconds,
  text,
  time,
  wholeNumber,
} from './values.ts';

const RUN_EXIT = {
  0: 'all pass',
  1: 'something failed',
  2: 'wrong usage or configuration',
  3: 'could not tell',
} as const;

const URL_ARGUMENT = {
  description: 'the address of a deployment, such as https://meet.example.org/',
} as const;

/** Name server, submission, submission over TLS and delivery follow the port of the page. */
const LAST_SANDBOX_PORT = 65_531;

export const COMMANDS = {
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
    summary: 'test web front, XMPP and TURN of any Jitsi, without a browser',
    description:
      'Tests what a call on the Jitsi at URL needs before there is media: web front, configuration, library, XMPP over WebSocket and BOSH, login, conference request, TURN. Takes a second and needs no browser.',
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
  zone: {
    summary: "compare domains' mail records with a template",
    description:
      "Compares the mail records of domains (MX, SPF, DKIM, DMARC, the authorization of DMARC reports) with the operator's template, and prints the record to publish where one is wrong.",
    synopses: ['DOMAIN... --template NAME|FILE [options]'],
    arguments: { DOMAIN: { description: 'a domain, such as example.org', optional: true, repeatable: true } },
    options: {
      template: {
        type: text,
        placeholder: 'NAME|FILE',
        description:
          'required: what every domain must publish, a ready template such as deuxfleurs or a YAML file',
      },
      set: {
        type: text,
        placeholder: 'NAME=VALUE',
        repeatable: true,
        description:
          "variable of the template: operator, mx, relay, selector, key, contact; VALUE may be file:PATH. Without key, the key published by the operator's domain is expected",
      },
      file: {
        type: text,
        placeholder: 'FILE',
        description: 'more domains, one per line; "-" reads standard input',
      },
      resolver: {
        type: text,
        placeholder: 'HOST[:PORT]',
        repeatable: true,
        usual: "the system's",
        description: 'name server to ask',
      },
      timeout: {
        type: duration,
        placeholder: 'DURATION',
        default: '5s',
        description: 'time limit for one question with all its retries',
      },
      egress: {
        type: text,
        placeholder: 'IP',
        repeatable: true,
        usual: 'those of the relay',
        description: 'address that mail leaves from, which SPF must allow',
      },
      'no-name-servers': { type: 'flag', description: "do not query the domains' own name servers" },
      'for-customer': {
        type: 'flag',
        description:
          'print a complete message for the customer of each domain: what is wrong, and what to enter in the form of the registrar',
      },
      language: {
        type: choice(LANGUAGES),
        placeholder: 'LANGUAGE',
        default: 'en',
        description: 'language of that message: en, fr',
      },
      registrar: {
        type: choice(REGISTRARS),
        placeholder: 'REGISTRAR',
        usual: 'by the name servers of the domain',
        description: 'whose form that message describes: gandi, ovh, cloudflare, other',
      },
      ...OUTPUT,
    },
    exit: { ...RUN_EXIT, 0: 'all records are correct', 1: 'a record is wrong' },
  },
  reports: {
    summary: 'show who sends as our domains: DMARC aggregate reports',
    description:
      'Reads DMARC aggregate reports (XML, gzip, ZIP) from files and directories, or from the mailboxes of the configured checks of the kind reports, and shows for each domain how much is sent, by whom, and what passes.',
    synopses: ['PATH... [options]', '[--config FILE] [options]'],
    arguments: {
      PATH: { description: 'a report, or a directory of reports', optional: true, repeatable: true },
    },
    options: {
      own: {
        type: text,
        placeholder: 'HOST|IP',
        repeatable: true,
        description:
          'files: one of our own servers, an address, a network or a host name; without it, sources are listed and not judged',
      },
      known: {
        type: text,
        placeholder: 'HOST|IP',
        repeatable: true,
        description: 'files: a further server that may send as the domains',
      },
      selector: {
        type: text,
        placeholder: 'NAME',
        repeatable: true,
        description: 'files: a selector that our servers sign with',
      },
      config: CONFIG,
      ...OUTPUT,
    },
    exit: RUN_EXIT,
  },
  record: {
    summary: 'record a baseline: many runs of one check in a file',
    description:
      'Runs one check many times, one run after the other, and records the runs in a file for "vigie compare". CHECK is a configured check; for a URL, calls are placed with the options of "vigie call".',
    synopses: ['CHECK|URL --out FILE [options]'],
    arguments: { 'CHECK|URL': { description: 'a configured check, or the address of a deployment' } },
    options: {
      out: {
        type: text,
        placeholder: 'FILE',
        required: true,
        description: 'output file, rewritten atomically after every run',
      },
      runs: {
        type: wholeNumber('a number of runs', { min: 1 }),
        placeholder: 'N',
        default: '20',
        description: 'number of runs',
      },
      append: { type: 'flag', description: 'add the runs to those in FILE' },
      overwrite: { type: 'flag', description: 'replace FILE' },
      place: {
        type: text,
        placeholder: 'NAME',
        usual: "this machine's name",
        description: 'where this runs; only recordings of one place are compared',
      },
      evidence: EVIDENCE,
      config: CONFIG_OR_SANDBOX,
      ...CALL,
      help: HELP,
    },
    exit: {
      0: 'recorded, whatever the outcomes',
      2: 'wrong usage or configuration',
      3: 'interrupted, or no run could tell',
    },
  },
  compare: {
    summary: 'compare two recordings, or runs of the history',
    description:
      'Reports whether a check is worse than before, with what confidence, and what shows it. BEFORE and AFTER are recordings of "vigie record" or runs as printed by --json; with --since-upgrade, --since or --last, runs of the history are compared.',
    synopses: ['BEFORE AFTER [options]', '[CHECK] --since-upgrade|--since TIME|--last N [options]'],
    arguments: {
      BEFORE: { description: 'a recording', optional: true },
      AFTER: { description: 'a recording', optional: true },
    },
    options: {
      'since-upgrade': {
        type: 'flag',
        description: 'history: runs since lib-jitsi-meet last changed against the runs before',
      },
      since: {
        type: time,
        placeholder: 'TIME',
        description: 'history: runs since this time, such as 2026-11-22T14:00:00Z, against the runs before',
      },
      last: {
        type: wholeNumber('a number of runs', { min: 1 }),
        placeholder: 'N',
        default: '100',
        description: 'history: at most N runs of each side; alone, the last N runs against the N before',
      },
      config: { ...CONFIG, description: 'configuration that names the history' },
      history: { type: text, placeholder: 'DIR', description: 'directory of the history' },
      force: { type: 'flag', description: 'compare even if configuration, browsers or place differ' },
      threshold: {
        type: text,
        placeholder: 'NAME=VALUE',
        repeatable: true,
        description:
          'smallest change that matters: rate=2% of the runs; ratio=1.2 of medians, and at least latency=20ms, time=250ms',
      },
      json: { type: 'flag', description: 'print the comparison as JSON' },
      junit: {
        type: text,
        placeholder: 'FILE',
        description: 'also write JUnit XML: a regression is a failure, too few runs an error',
      },
      html: {
        type: text,
        placeholder: 'FILE',
        description: 'also write a page with all streams, in one file',
      },
      help: HELP,
    },
    exit: {
      0: 'no change shown, or an improvement',
      1: 'a regression',
      2: 'wrong usage, or the recordings cannot be compared',
      3: 'too few runs, or none that could tell',
    },
  },
  changes: {
    summary: "show what changed in the hosted domains' records",
    description:
      'Shows from the history what changed in the records of the hosted domains: between the last two runs of a zone check, or since a time. Domain by domain, in words that can be sent to the customer.',
    arguments: { CHECK: { description: 'a zone check, where there are several', optional: true } },
    options: {
      since: {
        type: time,
        placeholder: 'TIME',
        usual: 'the run before the last',
        description: 'since this time, such as 2026-11-22T14:00:00Z',
      },
      domain: { type: text, placeholder: 'DOMAIN', repeatable: true, description: 'this domain alone' },
      language: {
        type: choice(LANGUAGES),
        placeholder: 'LANGUAGE',
        default: 'en',
        description: 'language of the text: en, fr',
      },
      config: { ...CONFIG, description: 'configuration that names the history' },
      history: { type: text, placeholder: 'DIR', description: 'directory of the history' },
      json: { type: 'flag', description: 'print the changes as JSON' },
      help: HELP,
    },
    exit: { 0: 'shown', 2: 'wrong usage, or nothing to compare' },
  },
  sandbox: {
    summary: 'start the embedded deployment alone, to try things out',
    description: "Starts Vigie's embedded deployment alone, for trials and fire drills, until Ctrl-C.",
    arguments: {},
    options: {
      break: {
        type: text,
        placeholder: 'FAULT',
        repeatable: true,
        description: 'fault to start with, such as "audio A->B"',
      },
      port: {
        type: wholeNumber(`a number between 0 and ${LAST_SANDBOX_PORT}`, { min: 0, max: LAST_SANDBOX_PORT }),
        placeholder: 'PORT',
        default: '8787',
        description:
          'loopback port of the page; the four ports after it are the name server, submission with STARTTLS and with TLS, and delivery. 0: any free ports',
      },
      help: HELP,
    },
    list: async () => {
      const { FAULTS } = await import('../sandbox/faults.ts');
      return {
        heading: 'Faults (A, B, C … are the participants of a call):',
        rows: FAULTS.map(({ syntax, sees }) => [syntax, sees] as const),
      };
    },
    exit: { 0: 'stopped', 2: 'wrong usage, or it cannot start' },
  },
  dashboards: {
    summary: 'generate Grafana dashboards and alert rules',
    description: 'Writes Grafana dashboards (grafana/) and Prometheus alert rules (prometheus/).',
    arguments: {},
    options: {
      out: { type: text, placeholder: 'DIR', usual: 'dashboards/generated', description: 'output directory' },
      check: { type: 'flag', description: 'write nothing, only report whether the files are current' },
      'vigie-url': {
        type: pageAddress,
        placeholder: 'URL',
        usual: 'http:// and the address that Prometheus scrapes',
        description: "address of Vigie's pages",
      },
      'grafana-url': {
        type: pageAddress,
        placeholder: 'URL',
        usual: 'http://localhost:3000',
        description: 'address of Grafana',
      },
      'runbook-url': {
        type: pageAddress,
        placeholder: 'URL',
        usual: "Vigie's own, at /runbooks",
        description: 'address of the runbooks',
      },
      help: HELP,
    },
    exit: { 0: 'written, or current', 1: 'not current (--check)', 2: 'wrong usage or configuration' },
  },
  doctor: {
    summary: 'report what this machine lacks to run checks, and what to do',
    description:
      'Reports what is there, what is missing and what the kernel forbids: browsers and their sandbox, shared memory, limits, temporary space, clock, DNS. With a URL, also the way to that deployment: web front, XMPP, TURN. Fit for a bug report: nothing secret is in it.',
    arguments: { URL: { ...URL_ARGUMENT, optional: true } },
    options: {
      json: { type: 'flag', description: 'print the facts as JSON' },
      insecure: INSECURE,
      help: HELP,
    },
    exit: { 0: 'nothing prevents checks from running', 1: 'something does', 2: 'wrong usage' },
  },
  explain: {
    summary: 'explain a finding or an alert: what it means, what to do',
    description:
      'Explains the finding or alert with this id, as reports, pages, alerts and notifications show it: what it means, and what to do. Without an id, lists all of them.',
    arguments: { ID: { description: 'such as stream-lost or VigieStreamMissing', optional: true } },
    options: { help: HELP },
    exit: { 0: 'explained', 2: 'wrong usage, or no such id' },
  },
  notify: {
    summary: 'send a test notification to each configured target',
    description:
      'With --test, sends a test notification to each target of the configuration (notify.targets), or to the named ones, and reports whether it was taken.',
    arguments: { TARGET: { description: 'the name of a target', optional: true, repeatable: true } },
    options: {
      test: { type: 'flag', description: 'send it' },
      config: CONFIG,
      help: HELP,
    },
    exit: { 0: 'every target took it', 1: 'a target did not', 2: 'wrong usage or configuration' },
  },
  'check-config': {
    summary: 'report everything that is wrong with a configuration',
    description:
      'Reports everything that is wrong with a configuration. Warnings (calls that do not fit in the time there is, directories that this user cannot write to) do not change the exit status.',
    arguments: { FILE: { description: 'a configuration' } },
    options: {
      deep: { type: 'flag', description: 'also ask: resolve every host, list every directory (LDAP)' },
      help: HELP,
    },
    exit: {
      0: 'valid',
      1: 'valid, but something in it was not found (--deep)',
      2: 'invalid, or wrong usage',
    },
  },
  schema: {
    summary: "print the configuration's JSON Schema",
    minor: true,
    description: "Prints the configuration's JSON Schema, for editors that complete and check YAML.",
    arguments: {},
    options: { help: HELP },
    exit: { 0: 'printed', 2: 'wrong usage' },
  },
  completion: {
    summary: 'print completion for bash, zsh or fish',
    minor: true,
    description:
      'Prints a script that completes commands, options and files in a shell, to be sourced: source <(vigie completion bash).',
    arguments: { SHELL: { description: 'bash, zsh or fish', words: ['bash', 'zsh', 'fish'] } },
    options: { help: HELP },
    exit: { 0: 'printed', 2: 'wrong usage' },
  },
  manual: {
    summary: 'print the man page',
    minor: true,
    description: 'Prints the man page: vigie manual | man -l -',
    arguments: {},
    options: { help: HELP },
    exit: { 0: 'printed', 2: 'wrong usage' },
  },
} as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;

/** What is made of the command line of this command. */
export type ArgumentsOf<Name extends CommandName> = Parsed<(typeof COMMANDS)[Name]>;

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** Whether there is a command of this name. */
export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
