/** The commands about runs of before. */
import { LANGUAGES } from '../../base/language.ts';
import { CALL, CONFIG, CONFIG_OR_SANDBOX, EVIDENCE, HELP } from '../options.ts';
import type { CommandSpec } from '../spec.ts';
import { choice, text, time, wholeNumber } from '../values.ts';

export const RUN_COMMANDS = {
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
          'smallest change that matters: rate=2% of the runs; ratio=1.2 of medians, and at least latency=20ms, distortion=2%, time=250ms',
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
} as const satisfies Readonly<Record<string, CommandSpec>>;
