/** Where links in dashboards and alerts lead. */

export interface LinkBases {
  /** Of Vigie's pages as people reach them; null: at the address that Prometheus scrapes. */
  readonly vigie: string | null;
  readonly grafana: string;
  /** Of the directory with the runbooks; null: Vigie itself serves them. */
  readonly runbooks: string | null;
}

export const DEFAULT_BASES: LinkBases = { vigie: null, grafana: 'http://localhost:3000', runbooks: null };

/** The addresses. What stands for an instance or a check is the caller's: a Grafana variable, a template. */
export interface Links {
  vigie(instance: string): string;
  /** The latest run of a check; `outcome` alone, such as `fail`. */
  run(instance: string, check: string, outcome?: string): string;
  dashboard(uid: string, variables: Readonly<Record<string, string>>): string;
  runbooks(instance: string): string;
  runbook(instance: string, alert: string): string;
}

const bare = (url: string): string => url.replace(/\/+$/, '');

export function createLinks(bases: LinkBases): Links {
  const vigie = (instance: string) => (bases.vigie === null ? `http://${instance}` : bare(bases.vigie));
  const runbooks = (instance: string) =>
    bases.runbooks === null ? `${vigie(instance)}/runbooks` : bare(bases.runbooks);
  return {
    vigie: (instance) => `${vigie(instance)}/`,
    run: (instance, check, outcome) =>
      `${vigie(instance)}/runs/latest?check=${check}${outcome === undefined ? '' : `&outcome=${outcome}`}`,
    dashboard: (uid, variables) => {
      const query = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`);
      return `${bare(bases.grafana)}/d/${uid}${query.length > 0 ? `?${query.join('&')}` : ''}`;
    },
    runbooks: (instance) => `${runbooks(instance)}/`,
    runbook: (instance, alert) => `${runbooks(instance)}/${alert}.md`,
  };
}

/** Grafana's own placeholder for a variable or a part of the clicked value. */
export const placeholder = (name: string): string => `\${${name}}`;
