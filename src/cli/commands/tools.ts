/** The commands that run no check. */
import { CONFIG, HELP, INSECURE, URL_ARGUMENT } from '../options.ts';
import type { CommandSpec } from '../spec.ts';
import { pageAddress, text, wholeNumber } from '../values.ts';

/** Name server, submission, submission over TLS and delivery follow the port of the page. */
const LAST_SANDBOX_PORT = 65_531;

export const TOOL_COMMANDS = {
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
      const { FAULTS } = await import('../../sandbox/faults.ts');
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
