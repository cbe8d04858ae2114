/** Every word of the pages, in English. Its type is what another language has to say. */

import type { Language } from '../../base/language.ts';
import type { MediaKind, StreamVerdict } from '../../checks/call/result.ts';
import type { Outcome, Where } from '../../checks/check.ts';
import type { ProbeResult, SubmissionState } from '../../checks/mail/result.ts';
import { PART_TITLES, type PartName } from '../../checks/signaling/result.ts';
import type { Level } from '../../checks/zone/result.ts';

const count = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

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
const MEDIA: Record<MediaKind, string> = { audio: 'audio', video: 'video' };
const WHERE: Record<Where, string | null> = {
  sender: 'at the sender',
  uplink: 'on the way from the sender to the bridge',
  bridge: 'at the bridge',
  downlink: 'on the way from the bridge to the receiver',
  receiver: 'at the receiver',
  signaling: 'in the signaling',
  unknown: null,
};
const SUBMISSION: Record<SubmissionState, string> = {
  accepted: 'accepted',
  refused: 'refused',
  deferred: 'deferred',
  uncertain: 'uncertain',
  failed: 'failed',
  unknown: 'could not try',
};
const PROBED: Record<ProbeResult['result'], string> = {
  refused: 'refused',
  unsigned: 'unsigned',
  accepted: 'accepted',
  signed: 'signed',
  unknown: 'unknown',
};
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
  'check-busy': 'A run is on already',
  'body-too-large': 'The request is too large',
  internal: 'Vigie failed to answer',
  dropped: 'The run was dropped',
  stopping: 'Vigie is ending',
};

export const en = {
  lang: 'en' as Language,
  /** For dates. */
  locale: 'en-GB',
  /** In its own language, for the switch. */
  name: 'English',
  otherLanguages: 'Language',
  decimal: '.',
  /** Before a colon. */
  colon: ':',

  outcome: OUTCOME,
  state: STATE,
  verdict: VERDICT,
  media: MEDIA,
  where: WHERE,
  level: LEVEL,
  part: PART,

  count: {
    run: (n: number) => count(n, 'run'),
    part: (n: number) => count(n, 'part'),
    line: (n: number) => count(n, 'line'),
    days: (n: number) => count(n, 'day'),
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
      'No deployment is configured: what is watched here is a small one that Vigie started for itself. A verdict on this page says nothing about yours.',
    asOf: 'As of',
    reloads: (seconds: number) => `renewed every ${seconds} s`,
    stop: 'stop that',
    stopped: 'not renewed by itself',
    go: 'renew it by itself',
    metrics: 'metrics',
    runs: 'runs as JSON',
    api: 'API',
    lost: 'Vigie does not answer. This is what it said last, as of the time below.',
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
    noneYet: (n: number): string => (n === 1 ? 'has not run yet' : 'have not run yet'),
  },

  overview: {
    refused:
      'The configuration was changed, and refused: the one before is still in use. The log says what is wrong with it.',
    all: 'All checks',
    check: 'check',
    outcome: 'outcome',
    lastRun: 'last run',
    oneLine: 'in one line',
    firstRunIsOn: 'its first run is on',
    noRun: 'no run yet',
    lastWorked: 'Last worked at',
    since: 'since',
    orEarlier: 'or earlier',
    took: 'took',
    nextRun: 'next run',
    skipped: 'skipped',
    skippedHow: (overlap: number, queue: number, missed: number) =>
      `${overlap} still running, ${queue} still waiting, ${missed} missed`,
    row: 'Last runs, the newest last',
    history: 'History',
  },

  activity: {
    running: 'Running for',
    waiting: 'Waiting for its turn for',
    byHand: 'started by hand',
    watch: 'watch it',
    isRunning: 'running',
    isWaiting: 'waiting for its turn',
    justStarted: 'It has just started.',
    browsersTaken: 'Another check is using the browsers.',
    startedAt: 'Started at',
    waitsSince: 'Waits since',
  },

  matrix: {
    axes: 'Rows receive, columns send.',
    all: (n: number) => `all ${n} streams ok`,
    some: (ok: number, all: number) => `${ok} of ${all} streams ok`,
    soFar: 'so far',
    muted: 'muted',
    waiting: 'waiting',
    unknown: 'unknown',
    firstAfter: (span: string) => `first after ${span}`,
    oneOf: (n: number) => `One of ${n} steps; the run's page has them all.`,
  },

  call: {
    participants: 'Participants',
    room: 'Room',
    notLoaded: 'lib-jitsi-meet did not load',
    name: 'name',
    browser: 'browser',
    endpoint: 'endpoint',
    way: 'way',
    roundTrip: 'round trip',
    notStarted: 'did not start',
    notJoined: 'did not join',
    direct: 'direct',
    bridge: 'bridge',
    port: 'port',
    noWay: 'none',
    streams: (n: number) => `All ${n} streams`,
    allStreams: 'All streams',
    step: 'step',
    stream: 'stream',
    verdict: 'verdict',
    first: 'first after',
    age: 'age',
    pauses: 'pauses',
    remarks: 'remarks',
    lastMark: (time: string) => `Last good mark at ${time} UTC.`,
    hears: (receiver: string, sender: string) => `${receiver} hears ${sender}`,
    sees: (receiver: string, sender: string) => `${receiver} sees ${sender}`,
  },

  findings: {
    advice: 'advice',
    where: 'Where',
    evidence: 'evidence',
    andMore: (n: number) => (n === 1 ? '(and 1 more finding)' : `(and ${n} more findings)`),
  },

  run: {
    startedAt: 'Started at',
    took: 'took',
    on: 'On',
    phases: 'Phases',
    evidence: 'Evidence',
    report: 'The report',
    reportHas: 'graphs, events, connections, console, screenshots, in one file',
    allFiles: (n: number) => `All ${count(n, 'file')}`,
    json: 'This run as JSON',
    checkNow: 'the check now',
    evidenceOf: 'Evidence of run',
    theRun: 'The run',
    files: 'Files',
    file: 'file',
    what: 'what it is',
    size: 'size',
    toFirst: 'To the first page',
    shots: 'What their pages showed at the end',
    shotOf: (name: string) => `The page of ${name}: the pictures it received of the others`,
  },

  again: {
    title: 'Once more',
    run: 'Run it again now',
    token: 'Token (server.token)',
    closed: 'Starting runs from here is closed: the configuration has no server.token.',
    busy: 'A run is on already:',
    configured: 'With everything that its configuration says, from where that is:',
    fromConfiguration: 'From where its configuration is:',
  },

  check: {
    latest: 'The last run',
    cells: 'What worked in the last runs',
    cellsHow: (n: number) => `The newest of ${count(n, 'run')} first; each column is a run.`,
    cell: 'what',
    good: 'well',
    onlyWrong: (n: number) => `${n} more were well in all of these runs.`,
    more: (n: number) => `And ${n} more.`,
    notThere: 'not there',
    changes: 'What changed',
    noChange: 'Nothing is known to have changed.',
    broke: 'broke',
    worksAgain: 'works again',
    lasted: (span: string) => `for ${span}`,
    stillNow: 'until now',
    runs: 'Runs',
    started: 'started',
    duration: 'duration',
    summary: 'in one line',
    versionChanged: (subject: string) => `${subject} changed`,
    from: 'from',
    to: 'to',
    /** Before a clock time. */
    at: 'at',
  },

  status: {
    title: 'Status',
    good: 'Everything works',
    warn: 'Everything works, some of it not as well as it should',
    bad: 'Something does not work',
    unsure: 'We cannot tell at the moment whether everything works',
    quiet: 'Nothing is known yet',
    since: (date: string) => `since ${date}`,
    orEarlier: 'or earlier',
    cannotTell: 'Vigie could not tell in its last attempt.',
    notYet: 'It has not been looked at yet.',
    stale: (span: string) => `It was last looked at ${span} ago: this may not be true any more.`,
    lastWorked: (date: string) => `It worked last on ${date}.`,
    checked: (ago: string) => `Last looked at ${ago}.`,
    details: 'Details',
    disturbances: 'Recent disturbances',
    noDisturbance: 'None is known.',
    disturbance: (from: string, span: string) => `did not work from ${from}, for ${span}`,
    goingOn: (from: string) => `has not worked since ${from}`,
    utc: 'All times are UTC.',
  },

  signaling: {
    states: { true: 'ok', false: 'broken', null: 'not judged' },
    answer: (ok: number, all: string) => `${ok} of ${all} answer as they should`,
    slowest: (part: string, ms: number) => `, the slowest (${part}) after ${ms} ms`,
    certificates: 'Certificates',
    valid: (days: number, date: string) => `valid for ${count(days, 'more day')}, until ${date}`,
    caption: 'Parts of the way into a call',
    part: 'part',
    state: 'state',
    after: 'answered after',
    address: 'address',
    remarks: 'remarks',
  },

  mail: {
    submission: SUBMISSION,
    probed: PROBED,
    letters: 'Test messages',
    from: 'from',
    relay: 'relay',
    arrived: 'arrived',
    late: (n: number, spans: string) => `${count(n, 'message')} of earlier runs arrived late: ${spans}.`,
    after: (span: string) => `after ${span}`,
    cameBack: 'bounced',
    notSeen: 'not received',
    notJudged: 'not judged',
    couldNotTell: 'could not tell',
    otherDomain: 'other domain',
    lets: 'What the relay must refuse',
    attempt: 'attempt',
    result: 'result',
    said: 'answer',
  },

  zone: {
    asAsked: (n: number, all: number) => `${count(n, 'domain')} of ${all} as the template asks.`,
    cached: (time: string) =>
      `The list of domains could not be read; this is the last known one, from ${time}.`,
    more: (n: number) => `And ${count(n, 'more domain')}; the run's page has them all.`,
    right: (n: number) => `${count(n, 'domain')} as the template asks`,
    domain: 'domain',
    records: 'Records of the domains',
    zoneFile: 'For a zone file:',
    form: 'For a form:',
  },

  /** Graphs and lanes. */
  drawn: {
    console: 'Console',
    nothingWritten: 'nothing was written.',
    broke: 'Where it broke',
    others: 'The other streams over time',
    streams: 'Streams over time',
    sends: (sender: string) => `${sender} sends`,
    packets: { column: 'packets/s', title: 'Packets per second' },
    level: { column: 'level', title: 'Level in dBFS' },
    frames: { column: 'frames/s', title: 'Frames per second' },
    silence: 'silence',
    sound: (sender: string) => `${sender}’s sound`,
    picture: (sender: string) => `${sender}’s picture`,
    for: 'for',
    inStep: (step: string) => `in step ${step}`,
    lastMarkAt: 'last good mark at',
    lastMark: 'last good mark',
    begins: (step: string) => `${step} begins`,
    noticed: 'noticed',
    beforeAfter: 'before → after',
    mostly: 'mostly',
    aroundBreak: 'before and after the break',
    happened: 'What happened',
    zero: (time: string) => `Second 0 is ${time} UTC, when the participants were told to join.`,
    steps: 'Steps',
    overBridge: 'over the bridge',
    direct: 'direct',
    noMedia: 'in the room, no media',
    stopped: 'a stream stopped',
    stood: 'our own page stood still',
    ordinary: 'nothing out of the ordinary',
    nothingTold: (before: number, after: number, moment: string) =>
      `In the ${before} s before the first break (${moment}) and the ${after} s after, nothing was told to any participant: no track went, no connection changed.`,
    firstBreak: 'Around the first break',
    fromIt: 'from it',
    who: 'who',
    what: 'what',
    second: 'second',
    events: (n: number, name: string) => `All ${n} events of ${name}`,
    connections: 'Connections over time',
    fromTo: 'from, to',
    ownEnd: 'own end',
    otherEnd: 'other end',
    afterwards: 'then',
    range: (from: string | number, to: string | number) => `${from} to ${to}`,
  },

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
    smtp: 'what was said to the relay',
    message: 'the message as it arrived',
    bounce: 'the bounce as it arrived',
    lookups: 'the hop, every question to the DNS with its answer, the results',
    screenshot: 'what the participant’s page showed',
  },
};

/** The codes of the server's refusals: each has a title here, and its status in the server. */
export type RefusalCode = keyof typeof REFUSAL;

/** What a language has to say; a word that is missing does not compile. */
export type Words = typeof en;
