/**
 * The check `mail`: a letter from each domain is handed to the relay, received, and judged as the world would
 * judge it. Every mechanism is judged for itself, for DMARC alone hides a broken one behind the other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createResolver } from '../../dns/resolver.ts';
import type { CheckContext, CheckKind, CheckResult, Finding, Phase } from '../check.ts';
import { outcomeOf } from '../outcome.ts';
import { FileError, type MailFiles, readFiles } from './files.ts';
import { authFindings } from './findings-auth.ts';
import { lateFinding } from './findings-delivery.ts';
import { type MailOptions, mailOptions } from './options.ts';
import { compareLetters, judgedDomain, type Posted, type PostOffice, post } from './post.ts';
import { type Probed, probeForeign, probeStranger } from './probes.ts';
import { Receiver } from './receiver.ts';
import type { LateLetter, MailResult } from './result.ts';
import { signedWith } from './verdict.ts';

export const mailKind: CheckKind<'mail', MailOptions> = {
  kind: 'mail',
  defaultEvery: '15m',
  schema: mailOptions,
  heavy: false,
  deadlineMs: ({ submission, receive, senders, stagger, bounces }) => {
    const session = submission.timeout * 6;
    const mailbox = Math.max(receive.imap?.timeout ?? 0, bounces?.timeout ?? 0) * 3;
    // Verdicts and the tidying up have deadlines of their own, 20 s and 5 s.
    return stagger * (senders.length + 2) + session + mailbox + receive.within + 30_000;
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
    context.progress({ phase: 'receive', text: 'getting ready to receive' });
    receiver = await Receiver.open(options, { check: context.name, resolver, files, signal: context.signal });
    const office: PostOffice = {
      check: context.name,
      options,
      resolver,
      ca: files.submissionCa,
      receiver,
      evidence: context.evidence,
      signal: context.signal,
    };
    return await exchange(office, files, context);
  } catch (cause) {
    if (cause instanceof FileError) return misconfigured(cause);
    throw cause;
  } finally {
    await receiver?.close();
    resolver.close();
  }
}

function misconfigured(error: FileError): CheckResult<'mail'> {
  return {
    summary: '',
    findings: [{ id: 'configuration', outcome: 'error', text: error.message }],
    phases: [],
  };
}

/** Sends everything, staggered, and waits for all of it. */
async function exchange(
  office: PostOffice,
  files: MailFiles,
  context: CheckContext<'mail'>,
): Promise<CheckResult<'mail'>> {
  const { options, receiver, signal } = office;
  let turn = 0;
  const staggered = async <T>(task: () => Promise<T>): Promise<T | null> => {
    const delay = turn++ * options.stagger;
    await sleep(delay, undefined, { signal }).catch(() => {});
    return signal.aborted ? null : task();
  };
  const known: Posted[] = [];
  const show = (posted: Posted) => {
    known.push(posted);
    const partial = { mail: resultOf(office, known, [], []) };
    context.progress({ phase: 'letters', text: sentence(posted), partial });
  };
  const letters = options.senders.map((sender, index) =>
    staggered(async () => {
      const label = `${index + 1}-${sender.address.replace(/^.*@/, '')}`;
      const posted = await post(office, { login: sender, sender, label });
      show(posted);
      return posted;
    }),
  );
  const probes = probeTasks(office).map((task) => staggered(task));
  const [posted, probed] = await Promise.all([Promise.all(letters), Promise.all(probes)]);
  const done = await withKnownKeys(
    posted.filter((one) => one !== null),
    files,
  );
  const results = probed.filter((one) => one !== null);
  const late = receiver.late();
  const findings = [
    ...done.flatMap((one) => judged(one, options)),
    ...results.flatMap((one) => one.findings),
    ...receiverFindings(receiver, done),
    ...[lateFinding(late)].filter((one) => one !== null),
  ];
  return {
    summary: outcomeOf(findings) === 'pass' ? praise(done) : '',
    findings: onceEach(findings),
    phases: phasesOf(done),
    mail: resultOf(office, done, late, results),
  };
}

function probeTasks(office: PostOffice): (() => Promise<Probed>)[] {
  const { stranger, foreignFrom } = office.options.probes;
  const [login] = office.options.senders;
  const tasks: (() => Promise<Probed>)[] = stranger ? [() => probeStranger(office)] : [];
  if (foreignFrom === undefined || !login) return tasks;
  return [
    ...tasks,
    () => probeForeign(office, login, foreignFrom, 'foreign-envelope'),
    () => probeForeign(office, login, foreignFrom, 'foreign-from'),
  ];
}

/**
 * Tells a wrong key in the zone from a letter that was changed: a signature that the published key does not
 * verify is tried with the key that is expected, and with those that verified the letters of other domains.
 */
async function withKnownKeys(letters: readonly Posted[], { expectedKey }: MailFiles): Promise<Posted[]> {
  const verified = letters.flatMap(({ verdict }) =>
    verdict?.dkim.result === 'pass' ? verdict.keyRecords : [],
  );
  const candidates = [...new Set([...(expectedKey ? [expectedKey] : []), ...verified])];
  return Promise.all(
    letters.map(async (posted): Promise<Posted> => {
      const { verdict, received, letter } = posted;
      if (!verdict || !received || verdict.dkim.reason !== 'bad signature') return posted;
      const key = await signedWith(received.raw, verdict.dkim, candidates);
      if (key === null) return posted;
      const dkim = { ...verdict.dkim, keyMatchesZone: false };
      return { ...posted, verdict: { ...verdict, dkim }, letter: { ...letter, dkim } };
    }),
  );
}

function judged({ findings, verdict, sent, received }: Posted, options: MailOptions): Finding[] {
  if (!verdict || !received) return [...findings];
  const facts = {
    from: sent.from,
    domain: judgedDomain(sent),
    verdict,
    ...compareLetters(sent, received.raw),
  };
  return [...findings, ...authFindings(facts, options.expect)];
}

/** What keeps us from seeing what arrives. Bounces only matter when a letter did not arrive. */
function receiverFindings(receiver: Receiver, letters: readonly Posted[]): Finding[] {
  const findings: Finding[] = [];
  const { failure, bounceFailure } = receiver;
  if (failure) findings.push({ id: failure.id, outcome: 'error', text: failure.message });
  if (bounceFailure) {
    const missed = letters.some(({ letter }) => letter.delivery === null);
    const text = `Bounces cannot be read: ${bounceFailure.message}`;
    findings.push({ id: bounceFailure.id, outcome: missed ? 'error' : 'pass', text });
  }
  return findings;
}

/** The same thing told by several letters (the relay is down, say) is told once, with how many told it. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const byText = Map.groupBy(findings, (finding) => `${finding.id} ${finding.outcome} ${finding.text}`);
  return [...byText.values()].map(([first, ...others]) =>
    others.length === 0
      ? first!
      : { ...first!, evidence: { ...first!.evidence, letters: others.length + 1 } },
  );
}

function resultOf(
  { receiver }: PostOffice,
  letters: readonly Posted[],
  late: readonly LateLetter[],
  probes: readonly Probed[],
): MailResult {
  return {
    via: receiver.via,
    letters: letters.map(({ letter }) => letter),
    late,
    probes: probes.map(({ result }) => result),
  };
}

/** The longest that each step took among all letters; steps that no letter finished are left out. */
function phasesOf(letters: readonly Posted[]): Phase[] {
  const phases: Phase[] = [];
  const add = (name: string, figures: readonly (number | null | undefined)[]) => {
    const known = figures.filter((ms) => ms != null);
    if (known.length > 0) phases.push({ name, ms: Math.round(Math.max(...known) * 10) / 10 });
  };
  for (const step of ['dns', 'connect', 'tls', 'auth', 'accept'] as const) {
    add(
      step,
      letters.map(({ letter }) => letter.submission.ms[step]),
    );
  }
  add(
    'delivery',
    letters.map(({ letter }) => letter.delivery?.ms),
  );
  add(
    'verdict',
    letters.map(({ verdictMs }) => verdictMs),
  );
  add(
    'whole',
    letters.map(({ letter, verdictMs }) =>
      letter.delivery ? letter.delivery.wholeMs + (verdictMs ?? 0) : null,
    ),
  );
  return phases;
}

function praise(letters: readonly Posted[]): string {
  const worst = Math.max(...letters.map(({ letter }) => letter.delivery?.wholeMs ?? 0));
  const count = letters.length === 1 ? 'the letter' : `all ${letters.length} letters`;
  return `${count} arrived within ${(worst / 1000).toFixed(1)} s of being sent; DKIM, SPF and DMARC pass`;
}

function sentence({ letter }: Posted): string {
  if (letter.delivery) return `the letter from ${letter.from} arrived after ${letter.delivery.wholeMs} ms`;
  if (letter.bounce) return `the letter from ${letter.from} came back`;
  return `the letter from ${letter.from}: ${letter.submission.state}, not received`;
}
