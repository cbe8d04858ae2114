/** One domain's records, looked up and judged. */

import { type Answer, DnsError } from '../../dns/resolver.ts';
import { failureOf } from '../lookup-failure.ts';
import { reportHosts } from '../records/dmarc.ts';
import { type LookupTexts, sameOrganisation } from '../records/organisation.ts';
import { assess, type Question, questionsFor } from './assess.ts';
import { lookCloser } from './closer.ts';
import { type AuditContext, ask } from './context.ts';
import { SpfEvaluator } from './evaluate-spf.ts';
import type { DomainFacts, RecordFacts } from './facts.ts';
import { judge, type ServerAssessment } from './judge.ts';
import {
  type Asked,
  type Delegation,
  intercepted,
  type NameServers,
  type ServerAnswer,
  serverState,
} from './name-servers.ts';
import { remedyFor } from './remedy.ts';
import type { NameServer, UnknownReason } from './result.ts';
import type { Expected } from './template.ts';

/** What one name server answered to all questions. */
interface PolledServer {
  readonly server: NameServer;
  readonly asked: Asked;
  readonly answers: ReadonlyMap<Question, ServerAnswer>;
}

/** What the name servers of a domain answered, and what is wrong with them. */
interface Polled {
  readonly polled: readonly PolledServer[];
  readonly differs: Delegation['differs'];
  readonly denied: string | null;
  readonly diverted: boolean;
}
const UNASKED: Polled = { polled: [], differs: null, denied: null, diverted: false };
const NO_DELEGATION: Delegation = { zone: '', servers: [], differs: null };

/** Never rejects: what could not be found out is `unknown`. */
export async function auditDomain(expected: Expected, context: AuditContext): Promise<DomainFacts> {
  const { domain } = expected;
  const questions = questionsFor(expected, await externalHosts(expected, context));
  const asking = questions.map((question) => ask(question, context));
  const [{ polled, differs, denied, diverted }, ...answers] = await Promise.all([
    askNameServers(domain, questions, context),
    ...asking,
  ]);
  const records = await Promise.all(
    questions.map((question, index) => judgeRecord(question, expected, answers[index]!, polled, context)),
  );
  const own = answers.filter((_, index) => questions[index]!.name === domain);
  const known = own.filter((answer): answer is Answer => !(answer instanceof DnsError));
  return {
    domain,
    // NXDOMAIN behind an alias is about its target: the domain has the alias.
    exists:
      known.length === 0
        ? null
        : known.some(({ status, aliases }) => status !== 'nxdomain' || aliases.length > 0),
    records,
    nameServers: polled.map(({ server }) => server),
    ...(differs && { delegation: differs }),
    ...(denied && { deniedName: denied }),
    ...(diverted && { intercepted: true }),
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

/** All name servers of the zone, all questions about names in it. Names in other zones are not theirs to answer for. */
async function askNameServers(
  domain: string,
  questions: readonly Question[],
  { nameServers }: AuditContext,
): Promise<Polled> {
  if (!nameServers) return UNASKED;
  const { zone, servers, differs } = await nameServers.of(domain).catch((): Delegation => NO_DELEGATION);
  const inside = questions.filter(({ zone }) => zone === domain);
  const polled = await Promise.all(
    servers.map(async (asked): Promise<PolledServer> => {
      const { server } = asked;
      const answers = server
        ? await Promise.all(inside.map(({ name, type }) => nameServers.ask(server, name, type, zone)))
        : [];
      const state = serverState(asked, answers);
      const tcp = server && state === 'ok' ? await nameServers.overTcp(server, zone) : 'open';
      return {
        server: {
          name: asked.name,
          address: asked.address,
          state,
          ...(tcp !== 'open' && { tcp }),
          ...(asked.alias !== null && { alias: asked.alias }),
        },
        asked,
        answers: new Map(inside.map((question, index) => [question, answers[index] ?? { state: 'silent' }])),
      };
    }),
  );
  const diverted = intercepted(polled.map(({ answers }) => [...answers.values()]));
  return { polled, differs, diverted, denied: await deniedName(zone, polled, nameServers) };
}

/** The name above a DKIM key that a server which has the key calls absent; strict resolvers stop there (RFC 8020). */
async function deniedName(
  zone: string,
  polled: readonly PolledServer[],
  nameServers: NameServers,
): Promise<string | null> {
  for (const { asked, answers } of polled) {
    for (const [{ record, name }, served] of answers) {
      if (record !== 'dkim' || served.state !== 'answer' || served.answer.status !== 'found') continue;
      const parent = name.slice(name.indexOf('.') + 1);
      const above = asked.server && (await nameServers.ask(asked.server, parent, 'TXT', zone));
      return above?.state === 'answer' && above.answer.status === 'nxdomain' ? parent : null;
    }
  }
  return null;
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
  const { source, differs, views } = judged;
  const evaluator = new SpfEvaluator(context.resolver, expected.domain, context.signal);
  const closer = await lookCloser(question, expected, answer, judged.assessment, evaluator, context);
  if ('reason' in closer) {
    return { ...asked, ...blank(closer.reason), found: judged.assessment.found, source, differs, views };
  }
  const { level, found, differences, notes } = closer.assessment;
  const remedy = await remedyFor(question, expected, closer.assessment, evaluator, context);
  const { publish, keeps } = remedy;
  const notesData = [...notes, ...remedy.notes];
  return { ...asked, level, found, differences, notesData, publish, keeps, source, differs, views };
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
