/**
 * One judgement from the answers of the resolver and of the domain's own name servers. The name servers are
 * authoritative for the zone; the resolver is what most of the world still sees. Where the resolver failed,
 * nothing is judged: then the world may not see anything either, and a person has to look at it.
 */
import type { Assessment } from './assess.ts';
import type { Level, ServerView, ZoneRecord } from './result.ts';

export interface ServerAssessment {
  readonly server: string;
  readonly assessment: Assessment;
}

export interface Judgement extends Pick<ZoneRecord, 'source' | 'differs' | 'views'> {
  readonly assessment: Assessment;
}

/** From good to bad, as far as the mail of the domain goes. */
const WORSE: readonly Level[] = ['exact', 'equivalent', 'extra', 'different', 'multiple', 'missing'];

export function judge(resolver: Assessment, servers: readonly ServerAssessment[]): Judgement {
  const texts = new Set(servers.map(({ assessment }) => signature(assessment)));
  const [first] = servers;
  if (!first) return { assessment: resolver, source: 'resolver', differs: null, views: [] };
  if (texts.size === 1) {
    if (texts.has(signature(resolver))) {
      return { assessment: first.assessment, source: 'nameServers', differs: null, views: [] };
    }
    return {
      assessment: first.assessment,
      source: 'nameServers',
      differs: 'resolver',
      views: [view({ server: 'resolver', assessment: resolver }), ...servers.map(view)],
    };
  }
  const worst = servers.reduce((one, other) => (rank(other) > rank(one) ? other : one), first);
  return {
    assessment: worst.assessment,
    source: 'nameServers',
    differs: 'nameServers',
    views: servers.map(view),
  };
}

/** Equal for answers with the same records in any order. */
function signature({ found }: Assessment): string {
  return JSON.stringify([...found].sort());
}

function rank({ assessment }: ServerAssessment): number {
  return WORSE.indexOf(assessment.level);
}

function view({ server, assessment }: ServerAssessment): ServerView {
  return { server, level: assessment.level, found: assessment.found };
}
