/** Every word of the pages, in English. Its type is what another language has to say. */

import type { DecimalMark } from '../../base/durations.ts';
import type { Language } from '../../base/language.ts';
import { counted } from '../../base/words.ts';
import type { MediaKind, StreamVerdict } from '../../checks/call/result.ts';
import type { Outcome, Where } from '../../checks/check.ts';
import { PART_TITLES, type PartName } from '../../checks/signaling/result.ts';
import { whereWords } from '../../checks/where-words.ts';
import type { Level } from '../../checks/zone/result.ts';
import { call, drawn, guest, matrix, signaling } from './en/calls.ts';
import { mail, reports, zone } from './en/mail.ts';

const OUTCOME: Record<Outcome, string> = {
  pass: 'pass',
  degraded: 'degraded',
  fail: 'fail',
  error: 'error',
};
const STATE: Record<Outcome, string> = {
  pass: 'Works',
  degraded: 'Works, below its thresholds',
  fail: 'Broken',
  error: 'Could not tell',
};
const VERDICT: Record<StreamVerdict, string> = {
  ok: 'ok',
  missing: 'missing',
  lost: 'lost',
  frozen: 'frozen',
  silent: 'silent',
  wrong: 'wrong',
  late: 'late',
};
const MEDIA: Record<MediaKind, string> = { audio: 'audio', video: 'video', screen: 'screen' };
const LEVEL: Record<Level, string> = {
  exact: 'exact',
  equivalent: 'equivalent',
  extra: 'extra',
  different: 'different',
  multiple: 'multiple',
  missing: 'missing',
  unknown: 'unknown',
};
const PART: Record<PartName, string> = { ...PART_TITLES };
/** Titles of the server's refusals; the sentences beside them are the API's. */
const REFUSAL = {
  'bad-request': 'The request was not understood',
  'token-missing': 'A token is needed',
  'token-wrong': 'The token is not the configured one',
  'runs-by-hand-closed': 'Runs cannot be started from here',
  'foreign-origin': 'Refused',
  'no-such-check': 'No such check',
  'no-such-run': 'No such run',
  'no-such-evidence': 'No such files',
  'not-found': 'Not found',
  'method-not-allowed': 'Not possible here',
  'check-busy': 'A run is already in progress',
  'check-disabled': 'This check is disabled',
  'body-too-large': 'The request is too large',
  'no-configuration': 'No configuration',
  'configuration-refused': 'The configuration is invalid',
  'wrong-host': 'Not the name of this service',
  'too-many-tries': 'Too many wrong tokens',
  internal: 'Vigie failed to answer',
  busy: 'Vigie is busy',
  dropped: 'The run was dropped',
  stopping: 'Vigie is shutting down',
};

export const en = {
  lang: 'en' as Language,
  /** For dates. */
  locale: 'en-GB',
  /** In its own language, for the switch. */
  name: 'English',
  otherLanguages: 'Language',
  decimal: '.' as DecimalMark,
  /** Before a colon. */
  colon: ':',

  outcome: OUTCOME,
  state: STATE,
  verdict: VERDICT,
  media: MEDIA,
  where: { ...whereWords.en, unknown: null } as Record<Where, string | null>,
  level: LEVEL,
  part: PART,

  count: {
    run: (n: number) => counted(n, 'run'),
    part: (n: number) => counted(n, 'part'),
    line: (n: number) => counted(n, 'line'),
    days: (n: number) => counted(n, 'day'),
  },
  time: {
    ago: (span: string) => `${span} ago`,
    ahead: (span: string) => `in ${span}`,
    now: 'now',
  },

  frame: {
    skip: 'To the content',
    pages: 'Pages',
    overview: 'Overview',
    status: 'Status',
    feed: 'Changes of state (Atom)',
    sandboxTitle: 'Sandbox.',
    sandbox:
      'No deployment is configured: Vigie watches a small one that it started itself. A verdict on this page says nothing about your own.',
    asOf: 'As of',
    reloads: (seconds: number) => `updates every ${seconds} s`,
    stop: 'pause',
    stopped: 'updates are paused',
    go: 'resume',
    metrics: 'metrics',
    runs: 'runs as JSON',
    api: 'API',
    lost: 'Vigie does not answer. This page shows its last known state, as of the time below.',
  },

  overall: {
    none: 'No check is configured',
    passes: (name: string) => `${name} passes`,
    allPass: (n: number) => `All ${n} checks pass`,
    of: (n: number, all: number) => `${n} of ${all} checks`,
    /** What follows a name or a number. */
    fail: (n: number): string => (n === 1 ? 'fails' : 'fail'),
    error: (_n: number): string => 'could not tell',
    degraded: (n: number): string => (n === 1 ? 'is degraded' : 'are degraded'),
    intermittent: (n: number): string => (n === 1 ? 'fails now and then' : 'fail now and then'),
    noneYet: (n: number): string => (n === 1 ? 'has not run yet' : 'have not run yet'),
  },

  intermittent: {
    title: 'Fails now and then, more often than chance explains.',
    badge: 'now and then',
    runbook: 'What to do',
  },

  /** In which share of its runs a check worked. */
  uptime: {
    title: 'Availability',
    windows: { '1h': '1 h', '24h': '24 h', '7d': '7 days', '30d': '30 days' },
    shares: 'Share of runs that worked, by window',
    bar: (share: string, runs: number, days: number) =>
      `${share} of ${counted(runs, 'run')} worked in the last ${days} days.`,
    none: (days: number) => `No run of the last ${days} days could tell.`,
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    failed: (n: number, all: number) =>
      n === 0 ? `all ${counted(all, 'run')} worked` : `${n} of ${counted(all, 'run')} failed`,
    unknown: 'not known',
    today: 'today',
  },

  overview: {
    refused:
      'The new configuration is invalid and was rejected; the previous one is still in use. The log states what is wrong.',
    internalErrors: (n: number) =>
      `${n === 1 ? 'One internal error' : `${n} internal errors`} in Vigie since its start; the log has the details. The last one:`,
    all: 'All checks',
    check: 'check',
    outcome: 'outcome',
    lastRun: 'last run',
    oneLine: 'summary',
    firstRunIsOn: 'first run in progress',
    noRun: 'no run yet',
    lastWorked: 'Last worked at',
    since: 'since',
    orEarlier: 'or earlier',
    took: 'took',
    nextRun: 'next run',
    skipped: 'skipped',
    skippedHow: (overlap: number, queue: number, missed: number) =>
      `${overlap} still running, ${queue} still waiting, ${missed} missed`,
    row: 'Latest runs, newest last',
    history: 'History',
  },

  activity: {
    running: 'Running for',
    waiting: 'Queued for',
    byHand: (who: string | null) => `started by hand${who === null ? '' : ` (${who})`}`,
    watch: 'follow',
    isRunning: 'running',
    isWaiting: 'queued',
    justStarted: 'Just started.',
    browsersTaken: 'Another check is using the browsers.',
    startedAt: 'Started at',
    waitsSince: 'Waiting since',
  },

  matrix,

  call,

  findings: {
    advice: 'advice',
    looksLike: 'This looks like a known fault',
    where: 'Where',
    evidence: 'evidence',
    andMore: (n: number) => (n === 1 ? '(and 1 more finding)' : `(and ${n} more findings)`),
  },

  run: {
    startedAt: 'Started at',
    took: 'took',
    on: 'On',
    /** Why a run took place that no schedule started. */
    trigger: {
      hand: (who: string | null) => `Started by hand${who === null ? '' : `, by ${who}`}.`,
      confirm: 'It confirms or refutes a failure.',
      maintenance: 'It shows the state after a maintenance.',
    },
    /** Before the place where the Vigie runs that made it. */
    from: 'From',
    phases: 'Phases',
    evidence: 'Evidence',
    report: 'The report',
    reportHas: {
      call: 'graphs, events, connections, console, screenshots, in one file',
      other: 'all of this run, in one file',
    },
    allFiles: (n: number) => `All ${counted(n, 'file')}`,
    json: 'This run as JSON',
    checkNow: 'Current state of this check',
    evidenceOf: 'Evidence of run',
    theRun: 'The run',
    files: 'Files',
    file: 'file',
    what: 'what it is',
    size: 'size',
    toFirst: 'To the overview',
    shots: 'Screenshots at the end',
    shotOf: (name: string) => `${name}’s page: the video received from the others`,
  },

  about: {
    disabled: 'disabled',
    disabledHow: 'This check is disabled in the configuration (enabled: false): it does not run.',
    maintenance: 'Maintenance',
    until: 'until',
    quiet: 'Runs go on; nobody is notified.',
    settling: 'has ended; the next run shows the state.',
  },

  again: {
    title: 'Run again',
    run: 'Run now',
    token: 'Token (server.token)',
    closed: 'Runs cannot be started from this page: the configuration has no server.token.',
    busy: 'A run is already in progress:',
    configured: 'With the full configuration, in its directory:',
    fromConfiguration: 'In the directory of its configuration:',
  },

  guest,

  check: {
    latest: 'Latest run',
    cells: 'Results of the latest runs',
    cellsHow: (n: number) => `The latest ${counted(n, 'run')}, newest last; each column is a run.`,
    cell: 'item',
    good: 'ok',
    onlyWrong: (n: number) => `${n} more were ok in all of these runs.`,
    more: (n: number) => `And ${n} more.`,
    notThere: 'absent',
    changes: 'What changed',
    noChange: 'No change is known.',
    broke: 'broke',
    worksAgain: 'works again',
    lasted: (span: string) => `for ${span}`,
    stillNow: 'until now',
    runs: 'Runs',
    started: 'started',
    duration: 'duration',
    summary: 'summary',
    above: 'as above',
    versionChanged: (subject: string) => `${subject} changed`,
    from: 'from',
    to: 'to',
    /** Before a clock time. */
    at: 'at',
  },

  status: {
    title: 'Status',
    good: 'Everything works',
    warn: 'Everything works, but some of it is degraded',
    bad: 'Something does not work',
    unsure: 'It is currently unknown whether everything works',
    quiet: 'No result yet',
    since: (date: string) => `since ${date}`,
    orEarlier: 'or earlier',
    cannotTell: 'The latest run could not tell.',
    notYet: 'Not checked yet.',
    stale: (span: string) => `Last checked ${span} ago: this may be out of date.`,
    lastWorked: (date: string) => `It last worked on ${date}.`,
    checked: (ago: string) => `Checked ${ago}.`,
    details: 'Details',
    disturbances: 'Recent incidents',
    noDisturbance: 'None is known.',
    disturbance: (from: string, span: string) => `did not work from ${from}, for ${span}`,
    goingOn: (from: string) => `has not worked since ${from}`,
    nowAndThen: 'Now and then it fails.',
    unconfirmed: 'The latest run failed. The next one shows whether something is broken.',
    here: 'here',
    seen: {
      ok: 'works',
      degraded: 'works, degraded',
      failing: 'does not work',
      unknown: 'not known',
      none: 'not checked yet',
    },
    notReached: 'not known, because the Vigie there does not answer',
    unreachable: (place: string) =>
      `${place} does not answer at the moment: what is seen from there is not known.`,
    failsFrom: (failing: string, works: string) =>
      `It does not work from ${failing}. From ${works} it works.`,
    slowFrom: (slow: string, works: string) => `From ${slow} it is degraded. From ${works} it works.`,
    fromEverywhere: 'It is so from all places.',
    seenFrom: (place: string | null) => `Percentages and incidents are as seen from ${place ?? 'here'}.`,
    contact: 'Questions:',
    utc: 'All times are UTC.',
  },

  signaling,

  mail,

  zone,

  reports,

  drawn,

  feed: {
    title: 'Vigie: changes of state',
    broke: (check: string) => `${check} is broken`,
    works: (check: string) => `${check} works again`,
  },

  badge: { good: 'works', warn: 'degraded', bad: 'broken', unsure: 'unknown', quiet: 'unknown' },

  refusal: REFUSAL,

  files: {
    report: 'the report: all of it to read, in one file',
    run: 'the run as plain data',
    recording: 'what the graphs on the run’s page are drawn from',
    internals: 'opens in viewers of webrtc-internals dumps',
    getstats: 'complete statistics, one report of one connection a line',
    stats: 'the figures that the graphs are drawn from',
    events: 'what happened to the participant',
    console: 'console of the participant’s page',
    smtp: 'SMTP session with the relay',
    message: 'the message as it arrived',
    bounce: 'the bounce as it arrived',
    lookups: 'the last hop, every DNS query with its answer, the results',
    screenshot: 'what the participant’s page showed',
  },
};

/** The codes of the server's refusals: each has a title here, and its status in the server. */
export type RefusalCode = keyof typeof REFUSAL;

/** What a language has to say; a word that is missing does not compile. */
export type Words = typeof en;
