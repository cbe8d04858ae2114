/** The words of notifications, in English. */
import { instantInUtc } from '../../base/instants.ts';
import type { Item } from '../data.ts';

const STATUS = { firing: 'FIRING', resolved: 'RESOLVED', reminder: 'STILL FIRING', test: 'TEST' } as const;
const SEVERITY = { critical: 'critical', warning: 'warning' } as const;

export const en = {
  colon: ':',
  status: STATUS,
  title: (status: keyof typeof STATUS, severity: keyof typeof SEVERITY, items: readonly Item[]): string => {
    const [first] = items;
    if (status === 'test') return `[TEST] ${first!.sentence}`;
    const its = items.filter((item) => item.status === status);
    const head = `[${STATUS[status]}${its.length > 1 ? `:${its.length}` : ''}] ${status === 'resolved' ? '' : `${SEVERITY[severity]}: `}`;
    const place = first!.place === null ? '' : ` (${first!.place})`;
    if (its.length > 1) return `${head}${its.map(({ title }) => title).join(', ')}${place}`;
    return `${head}${first!.title}${place}: ${first!.sentence}`;
  },
  since: ({ status, since, outcome, group }: Item, _now: Date): string => {
    const facts = [
      ...(group === null ? [] : [group]),
      ...(outcome === null ? [] : [`last outcome: ${outcome}`]),
    ];
    const head =
      status === 'resolved' ? `It began at ${instantInUtc(since)}` : `Since ${instantInUtc(since)}`;
    return `${head}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}.`;
  },
  failures: (n: number): string => `${n} of the latest runs failed.`,
  worksFrom: (places: string): string => `From ${places} it works.`,
  failsFrom: (places: string): string => `From ${places} it does not work either.`,
  unknownFrom: (places: string): string => `Whether it works from ${places} is not known.`,
  more: (n: number): string => `And ${n} more.`,
  run: 'Run',
  page: 'Page',
  runbook: 'Runbook',
  works: 'It works again.',
  nothingToTell: 'It is not reported any more.',
  intermittent: 'It fails now and then, more often than chance explains.',
  stale: 'It has not run for longer than it should: whether it works is unknown.',
  unknown: 'Vigie could not tell, because of a fault of its own:',
  states: {
    failing: 'It fails.',
    degraded: 'It works, but below its thresholds.',
    own: 'A fault of Vigie.',
    ok: 'It works.',
  },
  own: {
    'history-not-writable':
      'The history cannot be written: runs are kept in memory and are lost if the process ends.',
    'evidence-not-writable':
      'Evidence cannot be written: a failure would leave no screenshots, statistics or transcripts.',
    'runs-lost': 'Runs were lost: neither disk nor memory had room for them.',
    'runs-skipped': 'More than a quarter of the scheduled runs of the last hours did not take place.',
    'config-refused': 'The changed configuration was rejected; the one before is still in use.',
    'crash-loop': 'Vigie restarts again and again: runs in progress are lost each time.',
    'internal-errors': 'There were internal errors; the log has them. The service continues.',
    'tokens-refused':
      'More than 20 requests with a wrong token were refused within an hour: somebody is guessing, or a program has an old token.',
  },
  ownOver: {
    'history-not-writable': 'The history can be written again.',
    'evidence-not-writable': 'Evidence can be written again.',
    'runs-lost': 'No runs were lost in the last six hours.',
    'runs-skipped': 'Scheduled runs take place again.',
    'config-refused': 'The configuration was accepted.',
    'crash-loop': 'Vigie has not restarted for a while.',
    'internal-errors': 'There was no internal error in the last hour.',
    'tokens-refused': 'Wrong tokens have stopped.',
  },
  test: (target: string): string =>
    `This is a test notification from Vigie to "${target}". Nothing is wrong.`,
};

/** What a language has to say. */
export type NotifyWords = Omit<typeof en, 'status'> & {
  readonly status: Readonly<Record<keyof typeof STATUS, string>>;
};
