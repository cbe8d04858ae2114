/** One domain's records, looked up and judged. */

import { type Answer, DnsError, type Resolver } from '../../dns/resolver.ts';
import { failureOf } from '../lookup-failure.ts';
import { reportHosts } from '../records/dmarc.ts';
import { type LookupTexts, sameOrganisation } from '../records/organisation.ts';
import { type Assessment, assess, type Question, questionsFor } from './assess.ts';
import { mergeSpf } from './compare-spf.ts';
import type { DomainFacts, RecordFacts } from './facts.ts';
import { judge, type ServerAssessment } from './judge.ts';
import { type NameServers, type ServerAnswer, serverState } from './name-servers.ts';
import { publishMx, publishTxt } from './publish.ts';
import { evaluationFault } from './relay.ts';
import type { KeyProblem, NameServer, Publish, UnknownReason } from './result.ts';
import type { Expected } from './template.ts';

export interface AuditContext {
  readonly resolver: Resolver;
  /** Null: the domains' own name servers are not asked. */
  readonly nameServers: NameServers | null;
  /** Why no key is known to compare with, where the template needs one. */
  readonly keyProblem: KeyProblem | null;
  readonly signal: AbortSignal;
}

/** What one name server answered to all questions. */
interface PolledServer {
  readonly server: NameServer;
  readonly answers: ReadonlyMap<Question, ServerAnswer>;
}

/** Never rejects: what could not be found out is `unknown`. */
export async function auditDomain(expected: Expected, context: AuditContext): Promise<DomainFacts> {
  const { domain } = expected;
  const questions = questionsFor(expected, await externalHosts(expected, context));
  const asking = questions.map((question) => ask(question, context));
  const [polled, ...answers] = await Promise.all([askNameServers(domain, questions, context), ...asking]);
  const records = await Promise.all(
    questions.map((question, index) => judgeRecord(question, expected, answers[index]!, polled, context)),
  );
  const own = answers.filter((_, index) => questions[index]!.name === domain);
  const known = own.filter((answer): answer is Answer => !(answer instanceof DnsError));
  return {
    domain,
    exists: known.length === 0 ? null : known.some(({ status }) => status !== 'nxdomain'),
    records,
    nameServers: polled.map(({ server }) => server),
  };
}

/** The hosts that have to allow reports; one about which nothing is known counts as external, as most are. */
async function externalHosts(expected: Expected, { resolver, signal }: AuditContext): Promise<string[]> {
  if (expected.report === null || expected.dmarc === null) return [];
  const external: string[] = [];
  const lookup: LookupTexts = async (name) =>
    (await resolver.lookup(name, 'TXT', { signal })).records.map((strings) => strings.join(''));
  for (const host of reportHosts(expected.dmarc)) {
    const own = await sameOrganisation(lookup, expected.domain, host).catch(() => false);
    if (!own) external.push(host);
  }
  return external;
}

async function ask({ name, type }: Question, { resolver, signal }: AuditContext): Promise<Answer | DnsError> {
  try {
    return await resolver.lookup(name, type, { signal });
  } catch (cause) {
    if (cause instanceof DnsError) return cause;
    throw cause;
  }
}

/** All name servers of the zone, all questions about names in it. Names in other zones are not theirs to answer for. */
async function askNameServers(
  domain: string,
  questions: readonly Question[],
  { nameServers }: AuditContext,
): Promise<PolledServer[]> {
  if (!nameServers) return [];
  const servers = await nameServers.of(domain).catch(() => []);
  const inside = questions.filter(({ zone }) => zone === domain);
  return Promise.all(
    servers.map(async (asked): Promise<PolledServer> => {
      const { server } = asked;
      const answers = server
        ? await Promise.all(inside.map(({ name, type }) => nameServers.ask(server, name, type)))
        : [];
      return {
        server: { name: asked.name, address: asked.address, state: serverState(asked, answers) },
        answers: new Map(inside.map((question, index) => [question, answers[index] ?? { state: 'silent' }])),
      };
    }),
  );
}

async function judgeRecord(
  question: Question,
  expected: Expected,
  answer: Answer | DnsError,
  polled: readonly PolledServer[],
  context: AuditContext,
): Promise<RecordFacts> {
  const { record, name, zone } = question;
  const asked = { record, name, zone, expected: question.expected };
  const fromServers = assessServers(question, expected, polled);
  if (answer instanceof DnsError) return { ...asked, ...unknown(answer, fromServers) };
  if (question.expected.length === 0) {
    return { ...asked, ...blank(context.keyProblem ?? { id: 'key-not-given' }) };
  }
  const judged = judge(assess(question, expected, answer), fromServers);
  const assessment = await lookCloser(question, expected, judged.assessment, context);
  const { level, found, differences, notes: notesData } = assessment;
  const remedy = whatToPublish(question, expected, assessment);
  const { source, differs, views } = judged;
  return { ...asked, level, found, differences, notesData, ...remedy, source, differs, views };
}

function assessServers(
  question: Question,
  expected: Expected,
  polled: readonly PolledServer[],
): ServerAssessment[] {
  if (question.expected.length === 0) return [];
  return polled.flatMap(({ server, answers }) => {
    const served = answers.get(question);
    if (served?.state !== 'answer') return [];
    return [{ server: server.name, assessment: assess(question, expected, served.answer) }];
  });
}

/** What needs further lookups, made only where a record does not match. */
async function lookCloser(
  question: Question,
  expected: Expected,
  assessment: Assessment,
  { resolver, signal }: AuditContext,
): Promise<Assessment> {
  if (question.record === 'spf' && assessment.level === 'extra') {
    const fault = await evaluationFault(resolver, expected.domain, assessment.found[0] ?? '', signal);
    if (fault === null) return assessment;
    return { ...assessment, level: 'different', notes: [...assessment.notes, { id: 'permerror', fault }] };
  }
  if (assessment.level !== 'missing' || question.zone !== expected.domain) return assessment;
  // A form that appends the domain automatically, given the whole name, publishes it one level too deep.
  const doubled = { ...question, name: `${question.name}.${expected.domain}` };
  const answer = await ask(doubled, { resolver, signal, nameServers: null, keyProblem: null });
  if (answer instanceof DnsError || assess(doubled, expected, answer).found.length === 0) return assessment;
  return { ...assessment, notes: [...assessment.notes, { id: 'one-level-too-deep', name: doubled.name }] };
}

type Judged = Omit<RecordFacts, 'record' | 'name' | 'zone' | 'expected'>;

/** A record of which nothing is known. */
function blank(reason: UnknownReason): Judged {
  const nothing = { found: [], differences: [], notesData: [], publish: [], keeps: [], views: [] };
  return { level: 'unknown', reason, source: 'resolver', differs: null, ...nothing };
}

function unknown(error: DnsError, fromServers: readonly ServerAssessment[]): Judged {
  const nameServers = [...new Set(fromServers.map(({ assessment }) => assessment.level))];
  const views = fromServers.map(({ server, assessment: { level, found } }) => ({ server, level, found }));
  return { ...blank({ id: 'lookup', lookup: failureOf(error), nameServers }), views };
}

/** The record that fixes it, and what of the present one it keeps. */
function whatToPublish(
  question: Question,
  expected: Expected,
  { level, found }: Assessment,
): { publish: readonly Publish[]; keeps: readonly string[] } {
  if (level !== 'missing' && level !== 'different' && level !== 'multiple') return { publish: [], keeps: [] };
  if (question.record === 'mx') return { publish: publishMx(question.zone, expected.mx ?? []), keeps: [] };
  const [wanted = ''] = question.expected;
  const { value, kept } =
    question.record === 'spf' ? mergeSpf(wanted, found, expected.domain) : { value: wanted, kept: [] };
  return { publish: [publishTxt(question.name, question.zone, value)], keeps: kept };
}
