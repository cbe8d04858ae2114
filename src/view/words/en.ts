/** Every word of the pages, in English. Its type is what another language has to say. */

import type { DecimalMark } from '../../base/durations.ts';
import type { Language } from '../../base/language.ts';
import type { MediaKind, StreamVerdict } from '../../checks/call/result.ts';
import type { Outcome, Where } from '../../checks/check.ts';
import type { ProbeResult, ShapeResult, SubmissionState } from '../../checks/mail/result.ts';
import type { SourceKind } from '../../checks/reports/result.ts';
import { PART_TITLES, type PartName } from '../../checks/signaling/result.ts';
import { whereWords } from '../../checks/where-words.ts';
import type { DaneHost } from '../../checks/zone/dane/result.ts';
import type { ExpiryCounts } from '../../checks/zone/expiry/result.ts';
import type { Exchanger, InboundResult } from '../../checks/zone/inbound/result.ts';
import type { Level } from '../../checks/zone/result.ts';
import type { SelectorState } from '../../checks/zone/rotation/result.ts';
import type { Policy } from '../../checks/zone/transport/result.ts';

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
const MEDIA: Record<MediaKind, string> = { audio: 'audio', video: 'video', screen: 'screen' };
const SUBMISSION: Record<SubmissionState, string> = {
  accepted: 'accepted',
  refused: 'refused',
  deferred: 'deferred',
  uncertain: 'uncertain',
  failed: 'failed',
  unknown: 'not attempted',
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
      `${share} of ${count(runs, 'run')} worked in the last ${days} days.`,
    none: (days: number) => `No run of the last ${days} days could tell.`,
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    failed: (n: number, all: number) =>
      n === 0 ? `all ${count(all, 'run')} worked` : `${n} of ${count(all, 'run')} failed`,
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

  matrix: {
    axes: 'Rows receive, columns send.',
    all: (n: number) => `all ${n} streams ok`,
    some: (ok: number, all: number) => `${ok} of ${all} streams ok`,
    soFar: 'so far',
    muted: 'muted',
    waiting: 'waiting',
    unknown: 'unknown',
    room: (number: number) => `Room ${number}`,
    recovered: (span: string) => `Recovered after ${span}.`,
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
    videobridge: 'videobridge',
    region: (name: string) => `region ${name}`,
    way: 'path',
    roundTrip: 'round trip',
    sends: 'sends',
    received: 'received',
    likeness: 'similarity, above noise',
    app: 'web app',
    iframe: 'embedded web app',
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
    recovered: (span: string) => `(recovered after ${span})`,
    age: 'age',
    pauses: 'pauses',
    remarks: 'remarks',
    lastMark: (time: string) => `Last good watermark at ${time} UTC.`,
    hears: (receiver: string, sender: string) => `${receiver} hears ${sender}`,
    sees: (receiver: string, sender: string) => `${receiver} sees ${sender}`,
    seesScreen: (receiver: string, sender: string) => `${receiver} sees ${sender}’s screen`,
  },

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
    allFiles: (n: number) => `All ${count(n, 'file')}`,
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

  guest: {
    title: 'A guest in a call',
    lead: 'Lead somebody with a device of their own through a call',
    how: 'Two participants of Vigie open a room and show its link and a QR code. Somebody opens it with any device and is led through by large letters in their pictures; this takes a few minutes. Checks go on meanwhile.',
    open: 'Open the room',
    starting: 'The room is being opened …',
    opened: 'Open this link with the device that is to be tested:',
    code: 'QR code of the link',
    now: 'Now',
    steps: 'So far',
    report: 'Report',
    stop: 'Stop',
  },

  check: {
    latest: 'Latest run',
    cells: 'Results of the latest runs',
    cellsHow: (n: number) => `The latest ${count(n, 'run')}, newest last; each column is a run.`,
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

  signaling: {
    states: { true: 'ok', false: 'broken', null: 'not judged' },
    answer: (ok: number, all: string) => `${ok} of ${all} answer correctly`,
    slowest: (part: string, ms: number) => `, the slowest (${part}) after ${ms} ms`,
    certificates: 'Certificates',
    noDate: 'its date cannot be read',
    valid: (days: number, date: string) => `valid for ${count(days, 'more day')}, until ${date}`,
    caption: 'What a participant needs to join a call',
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
    receiver: 'receiver:',
    blocklists: 'Block lists',
    blocklist: 'block list',
    listed: 'listed',
    notListed: 'not listed',
    identity: 'How receivers see the relay',
    address: 'address',
    name: 'name (PTR)',
    unseen: 'no test message came from there',
    confirmed: 'leads back',
    unconfirmed: 'does not lead back',
    nameless: 'none',
    lets: 'What the relay must refuse',
    shapes: 'Messages of real shape',
    shape: 'message',
    tested: (at: string) => `Tested at ${at} UTC; the results are repeated until the next test.`,
    became: {
      signed: 'keeps its signature',
      unsigned: 'loses its signature',
      lost: 'not delivered',
      unknown: 'could not check',
    } satisfies Record<ShapeResult['became'], string>,
    attempt: 'attempt',
    result: 'result',
    said: 'answer',
  },

  zone: {
    asAsked: (n: number, all: number) => `${n} of ${count(all, 'domain')} as the template expects.`,
    cached: (time: string) =>
      `The list of domains could not be read; this is the last known one, from ${time}.`,
    more: (n: number) => `And ${count(n, 'more domain')}; the run's page has them all.`,
    right: (n: number) => `${count(n, 'domain')} as the template expects`,
    domain: 'domain',
    records: 'Records of the domains',
    inbound: {
      asExpected: (n: number) => `Mail gets in as expected: ${count(n, 'domain')}`,
      refused: (n: number) => `refused: ${n}`,
      acceptsAll: (n: number) => `made-up recipients accepted: ${n}`,
      unknown: (n: number) => `could not check: ${n}`,
      untested: (n: number) => `not tested yet: ${n}`,
    } satisfies Record<keyof InboundResult['counts'], (n: number) => string>,
    users: {
      accepted: (n: number) => `Users’ addresses accepted: ${n}`,
      refused: (n: number) => `refused: ${n}`,
      unknown: (n: number) => `could not check: ${n}`,
      untested: (n: number) => `not tested yet: ${n}`,
      elsewhere: (n: number) => `at other mail servers: ${n}`,
      more: 'the directory has more',
    },
    selectors: {
      caption: 'DKIM selectors',
      selector: 'selector',
      template: 'of the template',
      role: 'signing',
      roles: {
        signs: 'signs',
        replaced: 'no longer',
        idle: 'not seen',
        unknown: 'not known',
      } satisfies Record<SelectorState['role'], string>,
      domains: 'domains',
      states: {
        published: 'published',
        revoked: 'revoked',
        missing: 'missing',
        unusable: 'unusable',
        unknown: 'could not check',
      } satisfies Record<keyof SelectorState['domains'], string>,
      size: 'key',
      since: 'key seen since',
      signedAt: 'last signature',
    },
    transport: {
      caption: 'Encryption of mail to the domains',
      modes: { enforce: 'enforced', testing: 'testing', none: 'withdrawn (none)' } satisfies Record<
        Policy['mode'],
        string
      >,
      unusable: 'unusable',
      unknown: 'could not check',
      leavesOut: (hosts: string) => `leaves out ${hosts}`,
      rpt: { ok: 'published', unusable: 'unusable' },
      further: (n: number) => count(n, 'further domain'),
      dane: {
        none: 'not published',
        ok: 'matches the certificate',
        mismatch: 'another certificate',
        unusable: 'unusable',
        unsigned: 'ignored: no DNSSEC',
        unvalidated: 'our resolver does not validate',
        unchecked: 'published',
        unknown: 'could not check',
      } satisfies Record<DaneHost['state'], string>,
    },
    registrations: {
      caption: 'Registrations of the domains',
      ends: 'ends',
      askedAt: 'asked at',
      counts: {
        known: 'end known',
        notPublished: 'registry states no date',
        noService: 'registry without RDAP',
        unknown: 'could not check',
        unasked: 'not asked yet',
      } satisfies Record<keyof ExpiryCounts, string>,
    },
    mailServers: 'Mail servers of the domains',
    mailServer: 'mail server',
    certificate: 'certificate',
    testedAt: 'tested at',
    until: (day: string) => `until ${day}`,
    starttls: {
      ok: 'encrypted',
      absent: 'not offered',
      failed: 'fails',
      unknown: 'could not check',
    } satisfies Record<Exchanger['starttls'], string>,
    zoneFile: 'For a zone file:',
    form: 'For a form:',
  },

  /** DMARC aggregate reports. */
  reports: {
    caption: 'Mail sent as the domains',
    messages: 'messages',
    ours: 'ours and known',
    oursPass: 'of these pass DMARC',
    others: 'forwarded and other senders',
    strangers: 'strangers',
    deliveredOf: (n: number) => `${n} delivered`,
    passes: (mechanism: string) => `pass ${mechanism}`,
    basis: {
      reports: (n: number, since: string | null) =>
        `${count(n, 'report')}${since === null ? '' : ` since ${since}`}`,
      read: (n: number) => `${n} of them new in this run`,
      unreadable: (n: number) => `${n} unreadable`,
      waiting: (n: number) => `${count(n, 'message')} left for the next run`,
    },
    legend: {
      title: 'Whose a source is',
      whose: {
        own: 'one of our own servers (own in the configuration).',
        known: 'another server that may send as the domain (known).',
        forwarder: 'our message, sent on by somebody: DKIM passes, SPF cannot.',
        sender:
          'passes DMARC, and is neither ours nor known: a newsletter, or a key or SPF record that is too wide.',
        stranger: 'passes nothing: somebody else’s server, or one of ours that is not named.',
      } satisfies Record<SourceKind, string>,
    },
    policy: 'policy',
    latest: 'reported until',
    more: (n: number) => `And ${count(n, 'more domain')}.`,
    sources: (n: number) => count(n, 'source'),
    sentAs: (domain: string) => `Sources of mail sent as ${domain}`,
    source: 'source',
    whose: 'whose',
    delivered: 'delivered although failing',
    found: 'found by receivers',
    by: (reporters: string) => `Reported by ${reporters}.`,
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
    screen: (sender: string) => `${sender}’s shared screen`,
    for: 'for',
    inStep: (step: string) => `in step ${step}`,
    lastMarkAt: 'last good watermark at',
    lastMark: 'last good watermark',
    begins: (step: string) => `${step} begins`,
    noticed: 'noticed',
    beforeAfter: 'before → after',
    mostly: 'mostly',
    aroundBreak: 'before and after the break',
    happened: 'What happened',
    zero: (time: string) => `Second 0 is ${time} UTC, when the participants were asked to join.`,
    steps: 'Steps',
    overBridge: 'over the bridge',
    direct: 'direct',
    noMedia: 'in the room, no media',
    stopped: 'a stream stopped',
    stood: 'our own page was frozen',
    ordinary: 'nothing unusual',
    nothingTold: (before: number, after: number, moment: string) =>
      `In the ${before} s before the first break (${moment}) and the ${after} s after, no participant was notified of anything: no track was removed, no connection changed.`,
    firstBreak: 'Around the first break',
    fromIt: 'offset',
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
