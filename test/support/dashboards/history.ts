/**
 * A past for Prometheus, of what a sandbox cannot show: signaling checks, an upgrade, a restart, alerts that fire.
 * In the OpenMetrics form that `promtool tsdb create-blocks-from` reads.
 */

/** The instance that all of it is about. */
export const PAST = 'past.example.org:9797';
const STEP_S = 60;
const HOURS = 8;

export interface Past {
  readonly text: string;
  /** When it ends, in seconds since 1970: long enough ago for no alert to fire for it now. */
  readonly end: number;
}

export function past(): Past {
  const end = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S - 900;
  const begin = end - HOURS * 3600;
  const times = Array.from({ length: (end - begin) / STEP_S + 1 }, (_none, index) => begin + index * STEP_S);
  const last = (seconds: number) => (at: number) => at > end - seconds;
  const always = () => true;
  const lines: string[] = [];
  const family = (name: string, series: [string, (at: number) => boolean, (at: number) => number][]) => {
    lines.push(`# TYPE ${name} gauge`);
    for (const [labels, there, value] of series) {
      const all = `{job="vigie",instance="${PAST}"${labels && `,${labels}`}}`;
      for (const at of times) if (there(at)) lines.push(`${name}${all} ${value(at)} ${at}`);
    }
  };
  const one = () => 1;
  const part = (check: string, name: string) => `check="${check}",part="${name}"`;
  family('vigie_build_info', [['version="0.1.0"', always, one]]);
  // Upgraded in the last two minutes.
  family('vigie_target_info', [
    ['check="meet",version="1.0"', (at) => !last(120)(at), one],
    ['check="meet",version="2.0"', last(120), one],
  ]);
  const server = (version: string) => `check="web",kind="signaling",part="prosody",version="${version}"`;
  family('vigie_target_software_info', [
    [server('0.12.3'), (at) => !last(120)(at), one],
    [server('0.12.5'), last(120), one],
  ]);
  family('vigie_check_intermittent_failures', [['check="meet",kind="call",window="24h"', always, () => 7]]);
  family('vigie_check_intermittent_cause', [
    ['check="meet",kind="call",trait="step",value="third-joins",of="7"', always, () => 7],
  ]);
  family('vigie_check_intermittent_subject', [
    ['check="meet",kind="call",aspect="stream",subject="join: B video from A"', always, () => 7],
  ]);
  family('vigie:call_stream_lost:ratio_increase1d', [
    ['check="meet",step="join",receiver="B",sender="A",media="video"', always, () => 0.07],
  ]);
  family('vigie:check_skipped:increase1h', [['check="meet",reason="queue"', always, one]]);
  family('vigie_start_timestamp_seconds', [['', always, (at) => (last(120)(at) ? end : begin)]]);
  family('vigie_config_last_reload_success_timestamp_seconds', [
    ['', always, (at) => (last(120)(at) ? end : begin)],
  ]);
  const messages = (result: string) => `check="reports",domain="example.org",source="own",result="${result}"`;
  family('vigie_reports_messages', [
    [messages('pass'), always, () => 950],
    [messages('fail'), always, () => 50],
  ]);
  family('vigie_signaling_part_ok', [
    [part('web', 'websocket'), always, (at) => (last(120)(at) ? 0 : 1)],
    [part('web', 'bosh'), always, one],
  ]);
  family('vigie_signaling_part_seconds', [
    [part('web', 'websocket'), always, () => 0.12],
    [part('web', 'bosh'), always, () => 0.08],
  ]);
  family('vigie_signaling_certificate_expiry_timestamp_seconds', [
    ['check="web"', always, () => end + 40 * 86_400],
  ]);
  family('vigie_zone_record_ok', [['check="zones",domain="example.org",record="mx"', always, () => 0]]);
  family('ALERTS', [
    ['alertname="VigieZoneRecordWrong",alertstate="firing",severity="warning",check="zones"', always, one],
  ]);
  return { text: `${lines.join('\n')}\n# EOF\n`, end };
}
