/** Queries of dashboards as Grafana sends them. */

/** With the variables filled in: those given, and everything for the others. */
export function filledIn(expr: string, variables: Readonly<Record<string, string>>): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', variables.__range ?? '6h')
    .replaceAll(/\$(\w+)/g, (_all, name: string) => variables[name] ?? '.*');
}
