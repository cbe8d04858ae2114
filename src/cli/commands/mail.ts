/** The commands about the mail of hosted domains. */
import { LANGUAGES } from '../../base/language.ts';
import { REGISTRARS } from '../../report/customer/forms.ts';
import { CONFIG, OUTPUT, RUN_EXIT } from '../options.ts';
import type { CommandSpec } from '../spec.ts';
import { choice, duration, text } from '../values.ts';

export const MAIL_COMMANDS = {
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
      'json-lines': {
        type: 'flag',
        description:
          'print each domain as one line of JSON as soon as it is judged, and the run, without its domains, as the last line: for lists of any length',
      },
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
} as const satisfies Readonly<Record<string, CommandSpec>>;
