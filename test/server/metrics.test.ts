import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallStream } from '../../src/checks/call/result.ts';
import { createMemoryStore } from '../../src/history/memory.ts';
import { aCall, aFailedCall, aRun, streams } from '../support/history/runs.ts';
import { fakeCheck } from '../support/schedule/kinds.ts';
import { type TestServer, testServer } from '../support/server/source.ts';

/** A check whose first run never ends while a test looks at it. */
const meet = fakeCheck({ name: 'meet', ms: 3_600_000, schedule: { everyMs: 180_000 } });
const HEAR = 'check="meet",step="join",receiver="C",sender="B"';
const BROWSERS = 'receiver_browser="firefox",sender_browser="chromium"';

let server: TestServer;
beforeEach(() => {
  server = testServer();
});
afterEach(() => server.close());

const scrape = async () => (await server.app.inject('/metrics')).body.split('\n');
const of = (lines: string[], name: string) => lines.filter((line) => line.startsWith(name));

describe('before the first run', () => {
  it('has the counters at 0 and no verdict', async () => {
    server.scheduler.update([meet]);
    const lines = await scrape();
    expect(of(lines, 'vigie_check_runs_total')).toEqual(
      ['pass', 'degraded', 'fail', 'error'].map(
        (outcome) => `vigie_check_runs_total{check="meet",kind="call",outcome="${outcome}"} 0`,
      ),
    );
    expect(of(lines, 'vigie_check_skipped_total').map((line) => line.split(',').at(-1))).toEqual([
      'reason="overlap"} 0',
      'reason="queue"} 0',
      'reason="missed"} 0',
    ]);
    expect(lines).toContain('vigie_check_duration_seconds_count{check="meet",kind="call"} 0');
    expect(lines).toContain('vigie_check_interval_seconds{check="meet",kind="call"} 180');
    expect(of(lines, 'vigie_check_success')).toEqual([]);
    expect(of(lines, 'vigie_check_last_run_timestamp_seconds')).toEqual([]);
    expect(of(lines, 'vigie_call_stream_ok')).toEqual([]);
    expect(lines).toContain('vigie_build_info{version="0.1.0"} 1');
    expect(lines).toContain('vigie_config_last_reload_successful 1');
  });
});

describe('after a restart', () => {
  const withPast = (ageMs: number) => {
    const store = createMemoryStore();
    const startedAt = new Date(Date.now() - ageMs).toISOString();
    store.append(aRun({ call: aCall(), startedAt }));
    const after = testServer({ store, schedule: server.scheduler });
    return async () => {
      const { body } = await after.app.inject('/metrics');
      await after.close();
      return body.split('\n');
    };
  };

  it('shows the state of an earlier process while it is young, and its times in any case', async () => {
    server.scheduler.update([meet]);
    const young = await withPast(2 * 180_000)();
    expect(young).toContain('vigie_check_success{check="meet",kind="call"} 1');
    expect(of(young, 'vigie_call_stream_ok').length).toBe(12);
    const old = await withPast(4 * 180_000)();
    expect(of(old, 'vigie_check_success')).toEqual([]);
    expect(of(old, 'vigie_check_outcome')).toEqual([]);
    expect(of(old, 'vigie_call_stream_ok')).toEqual([]);
    for (const lines of [young, old]) {
      expect(of(lines, 'vigie_check_last_run_timestamp_seconds').length).toBe(1);
      expect(of(lines, 'vigie_check_last_success_timestamp_seconds').length).toBe(1);
      expect(lines).toContain('vigie_target_info{check="meet",version="9.0.4211+c8f1b2d4"} 1');
      expect(lines).toContain('vigie_check_runs_total{check="meet",kind="call",outcome="pass"} 0');
    }
  });

  it('reports whether runs can be written', async () => {
    const lines = await withPast(0)();
    expect(lines).toContain('vigie_history_writable 1');
    expect(lines).toContain('vigie_history_write_failures_total 0');
    expect(lines).toContain('vigie_history_lost_runs_total 0');
    expect(of(lines, 'vigie_history_size_bytes')).toEqual([]);
  });
});

describe('after a run', () => {
  it('reports success, times, every stream and the bridge', async () => {
    server.scheduler.update([meet]);
    const measured = (stream: CallStream): CallStream =>
      stream.kind === 'video' ? { ...stream, similarity: 0.97 } : { ...stream, signalToNoiseDb: 24.5 };
    const call = aCall();
    const bridge = { server: 'jvb-1', address: '192.0.2.7', port: 10000, region: null };
    const run = aRun({
      call: {
        ...call,
        participants: call.participants.map((one) => ({ ...one, ...(one.name === 'A' && { bridge }) })),
        streams: call.streams.map(measured),
      },
      phases: [
        { name: 'join', ms: 2300 },
        { step: 'third-joins', name: 'act', ms: 700 },
      ],
    });
    server.store.append(run);
    const lines = await scrape();
    const ended = (Date.parse(run.startedAt) + run.durationMs) / 1000;
    expect(lines).toContain('vigie_check_success{check="meet",kind="call"} 1');
    expect(lines).toContain(`vigie_check_last_run_timestamp_seconds{check="meet",kind="call"} ${ended}`);
    expect(lines).toContain(`vigie_check_last_success_timestamp_seconds{check="meet",kind="call"} ${ended}`);
    expect(lines).toContain('vigie_check_phase_duration_seconds{check="meet",kind="call",phase="join"} 2.3');
    expect(lines).toContain(
      'vigie_check_phase_duration_seconds{check="meet",kind="call",phase="third-joins: act"} 0.7',
    );
    expect(lines).toContain('vigie_check_duration_seconds_bucket{le="7.5",check="meet",kind="call"} 0');
    expect(lines).toContain('vigie_check_duration_seconds_bucket{le="10",check="meet",kind="call"} 1');
    expect(of(lines, 'vigie_call_stream_ok').length).toBe(12);
    expect(lines).toContain(`vigie_call_stream_ok{${HEAR},media="video",${BROWSERS}} 1`);
    expect(lines).toContain(`vigie_call_stream_latency_seconds{${HEAR},media="video",${BROWSERS}} 0.063`);
    expect(lines).toContain(`vigie_call_stream_first_seconds{${HEAR},media="video",${BROWSERS}} 1.83`);
    expect(lines).toContain(`vigie_call_stream_similarity_ratio{${HEAR},media="video",${BROWSERS}} 0.97`);
    expect(of(lines, 'vigie_call_stream_similarity_ratio').length).toBe(6);
    expect(of(lines, 'vigie_call_stream_signal_to_noise_decibels').length).toBe(6);
    expect(lines).toContain(
      'vigie_call_participant_info{check="meet",participant="C",browser="firefox",version="140.6.0",path="bridge",candidate_type="host",protocol="udp"} 1',
    );
    expect(of(lines, 'vigie_call_bridge_info')).toEqual([
      'vigie_call_bridge_info{check="meet",participant="A",server="jvb-1",address="192.0.2.7",port="10000",region=""} 1',
    ]);
    expect(lines).toContain('vigie_target_info{check="meet",version="9.0.4211+c8f1b2d4"} 1');
  });

  it('a failure is 0, for the check and for the one stream that is missing', async () => {
    server.scheduler.update([meet]);
    server.store.append(aFailedCall());
    const lines = await scrape();
    expect(lines).toContain('vigie_check_success{check="meet",kind="call"} 0');
    expect(lines).toContain('vigie_check_outcome{check="meet",kind="call",outcome="fail"} 1');
    expect(of(lines, 'vigie_call_stream_ok').filter((line) => line.endsWith(' 0'))).toEqual([
      `vigie_call_stream_ok{${HEAR},media="video",${BROWSERS}} 0`,
    ]);
    expect(of(lines, 'vigie_check_last_success_timestamp_seconds')).toEqual([]);
  });

  it('has the round trip of signaling where one was measured', async () => {
    server.scheduler.update([meet]);
    const call = aCall();
    const [a, ...others] = call.participants;
    server.store.append(
      aRun({ call: { ...call, participants: [{ ...a!, signalingRoundTripMs: 12 }, ...others] } }),
    );
    expect(of(await scrape(), 'vigie_call_signaling_round_trip_seconds')).toEqual([
      'vigie_call_signaling_round_trip_seconds{check="meet",participant="A"} 0.012',
    ]);
  });

  it('degraded works; a late stream arrives', async () => {
    server.scheduler.update([meet]);
    const late = streams((stream) => (stream.receiver === 'A' ? { verdict: 'late', latencyMs: 900 } : {}));
    server.store.append(aRun({ outcome: 'degraded', call: aCall({ streams: late }) }));
    const lines = await scrape();
    expect(lines).toContain('vigie_check_success{check="meet",kind="call"} 1');
    expect(of(lines, 'vigie_call_stream_ok').filter((line) => line.endsWith(' 0'))).toEqual([]);
  });

  it('an error takes the verdict and the streams away, and keeps the version and the last success', async () => {
    server.scheduler.update([meet]);
    server.store.append(aRun({ call: aCall() }));
    server.store.append(aRun({ outcome: 'error', call: aCall({ version: null, streams: [] }) }));
    const lines = await scrape();
    expect(of(lines, 'vigie_check_success')).toEqual([]);
    expect(of(lines, 'vigie_call_stream_ok')).toEqual([]);
    expect(of(lines, 'vigie_call_participant_info')).toEqual([]);
    expect(lines).toContain('vigie_check_runs_total{check="meet",kind="call",outcome="error"} 1');
    expect(of(lines, 'vigie_check_last_success_timestamp_seconds').length).toBe(1);
    expect(of(lines, 'vigie_target_info').length).toBe(1);
  });

  it('reports the versions of servers as they were last reported, each part once, whatever they say', async () => {
    const way = { ...fakeCheck({ name: 'way', ms: 3_600_000 }), kind: 'signaling' as const };
    server.scheduler.update([meet, way]);
    const jicofo = (version: string) => [{ part: 'jicofo', name: 'JiCoFo', version }] as const;
    const software = [
      { part: 'prosody', name: 'Prosody', version: '0.12.3' },
      { part: 'web', name: 'nginx', version: '1.2"\\2} 1' },
    ] as const;
    server.store.append(aRun({ call: aCall(), software: jicofo('1.0') }));
    server.store.append(aRun({ call: aCall(), software: jicofo('1.1') }));
    server.store.append(aRun({ outcome: 'error' }));
    server.store.append(aRun({ check: 'way', kind: 'signaling', software }));
    expect(of(await scrape(), 'vigie_target_software_info')).toEqual([
      'vigie_target_software_info{check="meet",kind="call",part="jicofo",version="1.1"} 1',
      'vigie_target_software_info{check="way",kind="signaling",part="prosody",version="0.12.3"} 1',
      'vigie_target_software_info{check="way",kind="signaling",part="web",version="nginx 1.2\\"\\\\2} 1"} 1',
    ]);
    // A check of this name was of another kind once: what that learned is not said of this one.
    server.store.append(aRun({ check: 'way', kind: 'call', call: aCall() }));
    server.scheduler.update([{ ...way, kind: 'call' }]);
    expect(of(await scrape(), 'vigie_target_software_info')).toEqual([]);
  });

  it('a value that is missing is absent, never 0', async () => {
    server.scheduler.update([meet]);
    const missing = streams(() => ({ verdict: 'missing', firstMs: null, latencyMs: null }));
    server.store.append(aRun({ outcome: 'fail', call: aCall({ streams: missing }) }));
    const lines = await scrape();
    expect(of(lines, 'vigie_call_stream_ok').length).toBe(12);
    expect(of(lines, 'vigie_call_stream_latency_seconds')).toEqual([]);
    expect(of(lines, 'vigie_call_stream_first_seconds')).toEqual([]);
  });

  it('series of a participant who is not there any more vanish', async () => {
    server.scheduler.update([meet]);
    server.store.append(aRun({ call: aCall() }));
    await scrape();
    const two = streams().filter(({ receiver, sender }) => receiver !== 'C' && sender !== 'C');
    const call = aCall({ streams: two, participants: aCall().participants.slice(0, 2) });
    server.store.append(aRun({ call }));
    const lines = await scrape();
    expect(of(lines, 'vigie_call_stream_ok').length).toBe(4);
    expect(of(lines, 'vigie_call_participant_info').length).toBe(2);
  });
});

describe('a changed configuration', () => {
  it('takes every series of a removed check away, and starts a returned one at 0', async () => {
    server.scheduler.update([meet, fakeCheck({ name: 'other', ms: 3_600_000 })]);
    server.store.append(aRun({ call: aCall() }));
    expect((await scrape()).some((line) => line.includes('check="meet"'))).toBe(true);
    server.scheduler.update([fakeCheck({ name: 'other', ms: 3_600_000 })]);
    const lines = await scrape();
    expect(lines.filter((line) => line.includes('check="meet"'))).toEqual([]);
    expect(of(lines, 'vigie_check_interval_seconds').length).toBe(1);
  });

  it('does not show the run of another kind that had the same name', async () => {
    server.scheduler.update([fakeCheck({ name: 'meet', heavy: false, ms: 3_600_000 })]);
    server.store.append(aRun({ call: aCall() }));
    const lines = await scrape();
    expect(of(lines, 'vigie_check_success')).toEqual([]);
    expect(of(lines, 'vigie_call_stream_ok')).toEqual([]);
    expect(lines.filter((line) => line.includes('kind="call"'))).toEqual([]);
  });

  it('says that the last reload was refused', async () => {
    const refused = testServer({ lastReload: () => ({ successful: false, at: new Date(0) }) });
    const { body } = await refused.app.inject('/metrics');
    expect(body).toContain('vigie_config_last_reload_successful 0\n');
    await refused.close();
  });
});

it("Node's own metrics have their own path", async () => {
  const response = await server.app.inject('/metrics/process');
  expect(response.body).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(response.body).not.toContain('vigie_');
  expect((await scrape()).join('\n')).not.toContain('nodejs_');
});
