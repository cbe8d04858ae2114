/** Everything that is generated: one map of paths to contents. */
import { stringify } from 'yaml';
import { call } from './call.ts';
import { build, type Definition } from './dashboard.ts';
import { createLinks, DEFAULT_BASES, type LinkBases, type Links } from './links.ts';
import { mail } from './mail.ts';
import { overview } from './overview.ts';
import { buildRules } from './rules.ts';
import { self } from './self.ts';

/** The dashboards, in the order in which they link to each other. */
export function definitions(links: Links): Definition[] {
  return [overview(links), call(links), mail(links), self(links)];
}

export interface GenerateOptions {
  readonly bases?: Partial<LinkBases>;
}

const RULES_HEADING =
  "Vigie's alert rules. Generated: `vigie dashboards` writes this file anew; change dashboards/alerts.ts instead.";

/** File names below the directory that they are written to, and what is in each. */
export function generate({ bases }: GenerateOptions = {}): Map<string, string> {
  const links = createLinks({ ...DEFAULT_BASES, ...bases });
  const files = new Map<string, string>();
  for (const definition of definitions(links)) {
    const dashboard = build(definition, links);
    files.set(`grafana/${definition.uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`);
  }
  const rules = stringify(buildRules(links), { lineWidth: 0 });
  files.set('prometheus/vigie.rules.yml', `# ${RULES_HEADING}\n${rules}`);
  return files;
}
