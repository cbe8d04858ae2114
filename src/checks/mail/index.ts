/**
 * The check `mail`: a test message from each domain is submitted to the relay, received, and authenticated as a strict receiver
 * does it. Every mechanism is judged on its own, for DMARC alone hides a broken one behind the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GIVE_UP_MS, orGiveUp } from '../../base/deadline.ts';
import { createResolver } from '../../dns/resolver.ts';
import type { CheckContext, CheckKind, CheckResult, Found, Phase } from '../check.ts';
import { outcomeOf } from '../outcome.ts';
import { signedWith } from './authentication.ts';
import { lookAtBlocklists } from './blocklists.ts';
import { identityOf, withCount } from './causes.ts';
import { becameOf, type MailDoing } from './doing.ts';
import { alterations, authorDomain, type Exchanged, exchangeMessage, type MailRun } from './exchange.ts';
import { FileError, type MailFiles, readFiles } from './files.ts';
import { authenticationFindings, receiverFindings } from './findings-authentication.ts';
import { lateFinding, repeatedFinding } from './findings-delivery.ts';
import { identifyRelay } from './identity.ts';
import { domainOf } from './message.ts';
import { type MailOptions, mailOptions } from './options.ts';
import { type Probed, probeForeign, probeStranger } from './probes.ts';
import { Receiver } from './receiver.ts';
import type { LateMessage, MailResult } from './result.ts';
import { testShapes } from './shape-test.ts';
import { mailWords } from './words/index.ts';
import { passed } from './words/run.ts';

export const mailKind: CheckKind<'mail', MailOptions> = {
  kind: 'mail',
  defaultEvery: '15m',
  schema: mailOptions,
  heavy: false,
  relays: ({ submission }) => [submission.host],
  deadlineMs: ({ submission, receive, senders, stagger, bounces, shapes }) => {
    const session = submission.timeout * 8;
    const mailbox = Math.max(receive.imap?.timeout ?? 0, bounces?.timeout ?? 0) * 6;
    // Authentication and cleaning up have deadlines of their own, 20 s and 5 s.
    // Messages of real shape are sent once the plain ones have arrived.
    const more = shapes === false ? 0 : stagger * shapes.kinds.length + session + receive.within;
    return stagger * (senders.length + 2) + session + mailbox + receive.within + more + 30_000;
  },
  run,
};

async function run(options: MailOptions, context: CheckContext<'mail'>): Promise<CheckResult<'mail'>> {
  const files = await readFiles(options).catch((cause: unknown) => {
    if (cause instanceof FileError) return cause;
    throw cause;
  });
  if (files instanceof FileError) return misconfigured(files);
  const resolver = createResolver(options.resolver);
  let receiver: Receiver | null = null;
  try {
    context.progress(progressed('receive', { id: 'receive' }));
    receiver = await Receiver.open(options, { check: context.name, resolver, files, signal: context.signal });
    const shared: MailRun = {
      check: context.name,
      options,
      resolver,
      ca: files.submissionCa,
      receiver,
      evidence: context.evidence,
      signal: context.signal,
    };
    return await orGiveUp(exchangeAll(shared, files, context), context.signal, GIVE_UP_MS);
  } catch (cause) {
    if (cause instanceof FileError) return misconfigured(cause);
    throw cause;
  } finally {
    await receiver?.close();
    resolver.close();
  }
}

const progressed = (phase: string, doing: MailDoing) => ({
  phase,
  doing,
  text: mailWords.en.progress(doing),
});

function misconfigured(error: FileError): CheckResult<'mail'> {
  return {
    summary: '',
    findings: [{ cause: error.fault, outcome: 'error' }],
    phases: [],
  };
}

/** Sends everything, staggered, and waits for all of it. */
async function exchangeAll(
  run: MailRun,
  files: MailFiles,
  context: CheckContext<'mail'>,
): Promise<CheckResult<'mail'>> {
  const { options, receiver, signal } = run;
  let turn = 0;
  const staggered = async <T>(task: () => Promise<T>): Promise<T | null> => {
    const delay = turn++ * options.stagger;
    await sleep(delay, undefined, { signal }).catch(() => {});
    return signal.aborted ? null : task();
  };
  const known: Exchanged[] = [];
  const show = (exchanged: Exchanged) => {
    known.push(exchanged);
    const partial = { mail: resultOf(run, known, [], []) };
    context.progress({ ...progressed('messages', becameOf(exchanged.message)), partial });
  };
  const messages = options.senders.map((sender, index) =>
    staggered(async () => {
      const label = `${index + 1}-${sender.address.replace(/^.*@/, '')}`;
      const exchanged = await exchangeMessage(run, { login: sender, sender, label });
      show(exchanged);
      return exchanged;
    }),
  );
  const probes = probeTasks(run).map((task) => staggered(task));
  const [exchanged, probed] = await Promise.all([Promise.all(messages), Promise.all(probes)]);
  const done = await withKnownKeys(
    exchanged.filter((one) => one !== null),
    files,
  );
  const results = probed.filter((one) => one !== null);
  const [shapes, identity] = await Promise.all([testShapes(run, done[0]), identifyRelay(run, done)]);
  const blocklists = await lookAtBlocklists(
    options.blocklists,
    {
      addresses: identity.addresses.map(({ address }) => address),
      domains: [...new Set(options.senders.map(({ address }) => domainOf(address)))],
    },
    run.resolver,
    signal,
  );
  const late = receiver.late();
  const repeated = receiver.repeated();
  const onMessages = done.flatMap((one) => findingsOf(one, options));
  const findings = [
    ...onMessages,
    ...results.flatMap((one) => one.findings),
    ...identity.findings,
    ...blocklists.findings,
    ...shapes.findings,
    ...inboxFindings(receiver, done),
    ...[lateFinding(late), repeatedFinding(repeated)].filter((one) => one !== null),
  ];
  return {
    summary: outcomeOf(findings) === 'pass' ? passed(done.map(({ message }) => message)) : '',
    findings: onceEach(findings),
    phases: phasesOf(done),
    mail: {
      ...resultOf(run, done, late, results),
      ...(repeated.length > 0 && { repeated }),
      ...(blocklists.results.length > 0 && { blocklists: blocklists.results }),
      ...(identity.addresses.length > 0 && { identity: identity.addresses }),
      ...(shapes.results.length > 0 && { shapes: shapes.results }),
    },
  };
}

function probeTasks(run: MailRun): (() => Promise<Probed>)[] {
  const { stranger, foreignFrom } = run.options.probes;
  const [login] = run.options.senders;
  const tasks: (() => Promise<Probed>)[] = stranger ? [() => probeStranger(run)] : [];
  if (foreignFrom === undefined || !login) return tasks;
  return [
    ...tasks,
    () => probeForeign(run, login, foreignFrom, 'foreign-envelope'),
    () => probeForeign(run, login, foreignFrom, 'foreign-from'),
  ];
}

/**
 * Distinguishes a wrong key in the zone from a message that was altered: a signature that the published key does not
 * verify is tried with the key that is expected, and with those that verified the messages of other domains.
 */
async function withKnownKeys(
  messages: readonly Exchanged[],
  { expectedKey }: MailFiles,
): Promise<Exchanged[]> {
  const verified = messages.flatMap(({ authentication }) =>
    authentication?.dkim.result === 'pass' ? authentication.keyRecords : [],
  );
  const candidates = [...new Set([...(expectedKey ? [expectedKey] : []), ...verified])];
  return Promise.all(
    messages.map(async (exchanged): Promise<Exchanged> => {
      const { authentication, received, message } = exchanged;
      if (!received || authentication?.dkim.cause?.code !== 'bad-signature') return exchanged;
      const key = await signedWith(received.raw, authentication.dkim, candidates);
      if (key === null) return exchanged;
      const dkim = { ...authentication.dkim, keyMatchesZone: false };
      return { ...exchanged, authentication: { ...authentication, dkim }, message: { ...message, dkim } };
    }),
  );
}

function findingsOf(
  { findings, authentication, sent, received, message }: Exchanged,
  { expect, receive }: MailOptions,
): Found<'mail'>[] {
  if (!authentication || !received) return [...findings];
  const altered = alterations(sent, received.raw);
  const facts = { from: sent.from, domain: authorDomain(sent), authentication, ...altered };
  const receivedBy = domainOf(receive.imap?.address ?? '');
  return [
    ...findings,
    ...authenticationFindings(facts, expect),
    ...receiverFindings({ message, receivedBy }),
  ];
}

/** What keeps us from seeing what arrives. Bounces only matter when a message did not arrive. */
function inboxFindings(receiver: Receiver, messages: readonly Exchanged[]): Found<'mail'>[] {
  const findings: Found<'mail'>[] = [];
  const { failure, bounceFailure } = receiver;
  if (failure) findings.push({ cause: failure.failure, outcome: 'error' });
  if (bounceFailure) {
    const missed = messages.some(({ message }) => message.delivery === null);
    findings.push({ cause: bounceFailure.failure, outcome: missed ? 'error' : 'pass' });
  }
  return findings;
}

/** What several messages met in the same way (the relay is down, say) is one finding, with their number. */
function onceEach(findings: readonly Found<'mail'>[]): Found<'mail'>[] {
  const same = Map.groupBy(findings, ({ cause, outcome }) => `${outcome} ${identityOf(cause)}`);
  return [...same.values()].map(([first, ...others]) =>
    others.length === 0 ? first! : { ...first!, cause: withCount(first!.cause, others.length + 1) },
  );
}

function resultOf(
  { receiver }: MailRun,
  messages: readonly Exchanged[],
  late: readonly LateMessage[],
  probes: readonly Probed[],
): MailResult {
  return {
    via: receiver.via,
    letters: messages.map(({ message }) => message),
    late,
    probes: probes.map(({ result }) => result),
  };
}

/** The longest that each step took among all messages; steps that no message finished are left out. */
function phasesOf(messages: readonly Exchanged[]): Phase[] {
  const phases: Phase[] = [];
  const add = (name: string, figureOf: (exchanged: Exchanged) => number | null | undefined) => {
    const known = messages.map(figureOf).filter((ms) => ms != null);
    if (known.length > 0) phases.push({ name, ms: Math.round(Math.max(...known) * 10) / 10 });
  };
  for (const step of ['dns', 'connect', 'tls', 'auth', 'accept'] as const) {
    add(step, ({ message }) => message.submission.ms[step]);
  }
  add('delivery', ({ message }) => message.delivery?.ms);
  add('verdict', ({ authenticationMs }) => authenticationMs);
  add('whole', ({ message: { delivery }, authenticationMs }) =>
    delivery ? delivery.wholeMs + (authenticationMs ?? 0) : null,
  );
  return phases;
}
