/** Mail: is it delivered, is it authenticated, do the domains' records hold; readable with ten domains and a thousand. */
import { CHOSEN, checkVariable, type Definition } from './dashboard.ts';
import type { Links } from './links.ts';
import { recordedOutcome } from './outcome.ts';
import { runLink, seriesRunLink } from './overview.ts';
import { better, ends, OUTCOME_WORDS, worse, yesNo } from './palette.ts';
import { matrix, type Panel, series, stat, table, timeline } from './panel.ts';

const DOMAIN = `${CHOSEN},domain=~"$domain"`;
/** A domain's worst record: 1 when all are right. */
const WORST = `min by (domain) (vigie_zone_record_ok{${DOMAIN}})`;

export function mail(links: Links): Definition {
  return {
    uid: 'vigie-mail',
    title: 'Vigie / Mail and domains',
    description: 'Delivery through the relay, DKIM, SPF and DMARC, and the records of the hosted domains.',
    from: 'now-24h',
    variables: [
      checkVariable('vigie_check_interval_seconds', 'kind=~"mail|zone|reports"'),
      {
        name: 'domain',
        label: 'Domain',
        description: 'The domains that are shown.',
        of: `{__name__=~"vigie_zone_record_ok|vigie_mail_domain_authenticated|vigie_reports_messages",${CHOSEN}}`,
      },
    ],
    rows: [
      { id: 100, title: 'Mail', panels: delivery(links) },
      { id: 200, title: 'Authentication', panels: authentication(links) },
      { id: 300, title: 'Records of the domains', panels: records(links) },
      { id: 400, title: 'What receivers report', panels: reported() },
    ],
  };
}

function delivery(links: Links): Panel[] {
  return [
    timeline({
      id: 101,
      title: 'Outcomes',
      description: 'The outcome of the latest run of each mail, zone and reports check, over time.',
      width: 16,
      height: 6,
      unit: 'none',
      queries: [
        { expr: recordedOutcome(`${CHOSEN},kind=~"mail|zone|reports"`), legend: '{{check}} ({{instance}})' },
      ],
      mappings: OUTCOME_WORDS,
      links: seriesRunLink(links) ?? [],
    }),
    stat({
      id: 102,
      title: 'Delivered in',
      description:
        'From the acceptance by the relay to the arrival, of the slowest test message of the last run.',
      width: 4,
      height: 6,
      unit: 's',
      queries: [{ expr: `max(vigie_mail_delivery_seconds{${CHOSEN}})` }],
      thresholds: worse(20, 60),
    }),
    stat({
      id: 103,
      title: "The relay's certificate",
      description: "How long the relay's certificate is still valid; of several the shortest.",
      width: 4,
      height: 6,
      unit: 's',
      queries: [{ expr: `min(vigie_mail_certificate_expiry_timestamp_seconds{${CHOSEN}}) - time()` }],
      thresholds: better(3 * 86_400, 14 * 86_400),
    }),
    series({
      id: 104,
      title: 'Delivery time',
      description:
        'From the acceptance by the relay to the arrival of the slowest test message. A gap: not every test message arrived, or the run could not tell.',
      width: 12,
      height: 8,
      unit: 's',
      queries: [
        {
          expr: `max by (instance, check) (vigie_mail_delivery_seconds{${CHOSEN}})`,
          legend: '{{check}} ({{instance}})',
        },
      ],
      thresholds: worse(20, 60),
      links: seriesRunLink(links) ?? [],
    }),
    series({
      id: 105,
      title: 'The slowest domains',
      description: 'Delivery time of the ten domains whose test messages took longest.',
      points: 96,
      width: 12,
      height: 8,
      unit: 's',
      queries: [
        {
          expr: `topk(10, max by (domain) (vigie_mail_domain_delivery_seconds{${DOMAIN}}))`,
          legend: '{{domain}}',
        },
      ],
    }),
  ];
}

function authentication(links: Links): Panel[] {
  return [
    timeline({
      id: 201,
      title: 'DKIM, SPF and DMARC over time',
      description:
        'Whether every test message passes each mechanism for the domain of its sender. DMARC passes when either of the others does, so each is judged for itself.',
      width: 12,
      height: 8,
      unit: 'none',
      queries: [
        {
          expr: `min by (instance, check, mechanism) (vigie_mail_authenticated{${CHOSEN}})`,
          legend: '{{check}}: {{mechanism}} ({{instance}})',
        },
      ],
      mappings: yesNo('fails', 'passes'),
      thresholds: better(1, 1),
      links: seriesRunLink(links) ?? [],
    }),
    matrix({
      id: 202,
      title: 'By domain',
      description: 'Each domain that sent a test message in the last run, by mechanism.',
      width: 12,
      height: 8,
      unit: 'none',
      queries: [{ expr: `min by (domain, mechanism) (vigie_mail_domain_authenticated{${DOMAIN}})` }],
      mappings: yesNo('fails', 'passes'),
      thresholds: better(1, 1),
      rows: 'domain',
      columns: 'mechanism',
      labelWidth: 190,
    }),
  ];
}

function records(links: Links): Panel[] {
  return [
    stat({
      id: 301,
      title: 'Domains that are right',
      description: 'The share of the domains whose every known record does what the template asks for.',
      width: 6,
      height: 4,
      unit: 'percentunit',
      decimals: 1,
      queries: [{ expr: `avg(${WORST})` }],
      thresholds: better(0.95, 1),
    }),
    stat({
      id: 302,
      title: 'Domains that are not',
      description: 'The number of domains with at least one wrong record.',
      width: 6,
      height: 4,
      unit: 'none',
      queries: [{ expr: `sum(1 - ${WORST})` }],
      thresholds: worse(1, 10),
    }),
    stat({
      id: 303,
      title: 'Domains that are watched',
      description: 'The number of domains of which something is known.',
      width: 6,
      height: 4,
      unit: 'none',
      queries: [{ expr: `count(${WORST})` }],
    }),
    stat({
      id: 304,
      title: 'Wrong records',
      description: 'The number of wrong records, of all domains.',
      width: 6,
      height: 4,
      unit: 'none',
      queries: [{ expr: `sum(1 - vigie_zone_record_ok{${DOMAIN}})` }],
      thresholds: worse(1, 10),
    }),
    table({
      id: 305,
      title: 'What is wrong',
      description: 'Wrong records only. What to publish instead is on the page of the run.',
      mayBeEmpty: 'every record is right.',
      width: 12,
      height: 10,
      unit: 'none',
      queries: [
        { expr: `group by (instance, check, domain, record) (vigie_zone_record_ok{${DOMAIN}} == 0)` },
      ],
      columns: [
        { field: 'domain' },
        { field: 'record', width: 120 },
        { field: 'check', links: runLink(links) ?? [] },
        { field: 'instance' },
      ],
      sort: { field: 'domain', descending: false },
    }),
    series({
      id: 306,
      title: 'Wrong records over time',
      description:
        'The number of domains whose record is wrong, by record; of the chosen checks, with all their domains.',
      width: 12,
      height: 10,
      unit: 'none',
      queries: [
        { expr: `sum by (record) (vigie:zone_records_wrong:count{${CHOSEN}})`, legend: '{{record}}' },
      ],
      colors: ends('^mx', '^spf', '^dkim', '^dmarc', '^dmarc-report'),
    }),
    matrix({
      id: 307,
      title: 'All domains',
      description:
        'Each domain by record; filter or sort by the headings. An empty cell: the resolver failed, or the template does not ask for it.',
      width: 24,
      height: 14,
      unit: 'none',
      queries: [{ expr: `min by (domain, record) (vigie_zone_record_ok{${DOMAIN}})` }],
      mappings: yesNo('wrong', 'right'),
      thresholds: better(1, 1),
      rows: 'domain',
      columns: 'record',
      labelWidth: 300,
    }),
  ];
}

/** DMARC aggregate reports: gauges over the window of the check, a day late. */
function reported(): Panel[] {
  const own = 'source=~"own|known"';
  const share = (result: string) =>
    `sum by (domain) (vigie_reports_messages{${DOMAIN},${own},result="${result}"})`;
  return [
    stat({
      id: 401,
      title: 'Our mail that passes',
      description:
        'The share of the messages from our own and known servers that pass DMARC at receivers, as they report it.',
      mayBeEmpty: 'there is no check of reports.',
      width: 6,
      height: 8,
      unit: 'percentunit',
      decimals: 1,
      queries: [
        {
          expr: `sum(vigie_reports_messages{${DOMAIN},${own},result="pass"}) / sum(vigie_reports_messages{${DOMAIN},${own}})`,
        },
      ],
      thresholds: better(0.95, 0.99),
    }),
    series({
      id: 402,
      title: 'Who sends as the domains',
      description:
        'Messages in the window of the check, by whose the source is: own, known, forwarder, sender (passes and is not ours), stranger (fails).',
      mayBeEmpty: 'there is no check of reports.',
      width: 9,
      height: 8,
      unit: 'none',
      queries: [{ expr: `sum by (source) (vigie_reports_messages{${DOMAIN}})`, legend: '{{source}}' }],
    }),
    table({
      id: 403,
      title: 'Domains whose mail fails at receivers',
      description: 'The share of the messages from our own and known servers that fail DMARC.',
      mayBeEmpty: 'every message of ours passes.',
      width: 9,
      height: 8,
      unit: 'percentunit',
      queries: [{ expr: `(${share('fail')} > 0) / (${share('fail')} + ${share('pass')})` }],
      columns: [{ field: 'domain' }, { field: 'Value', name: 'fails' }],
      sort: { field: 'fails', descending: true },
    }),
  ];
}
