/** Metrics of a call: who receives whom, how late, over what. */
import type { Registry } from 'prom-client';
import { arrives } from '../../checks/call/result.ts';
import { gauge, seconds } from './collector.ts';
import type { Collector } from './face.ts';

const STREAM = [
  'check',
  'step',
  'receiver',
  'sender',
  'media',
  'receiver_browser',
  'sender_browser',
] as const;
const PARTICIPANT = [
  'check',
  'participant',
  'browser',
  'version',
  'path',
  'candidate_type',
  'protocol',
] as const;

export function callMetrics(registry: Registry): Collector<'call'> {
  const ok = gauge(
    registry,
    'vigie_call_stream_ok',
    'Whether what the sender shows or plays arrives at the receiver (1), or not (0).',
    STREAM,
  );
  const latency = gauge(
    registry,
    'vigie_call_stream_latency_seconds',
    'Median age of what the receiver sees or hears of the sender.',
    STREAM,
  );
  const first = gauge(
    registry,
    'vigie_call_stream_first_seconds',
    'From the start of the step until the receiver first saw or heard the sender.',
    STREAM,
  );
  const recovered = gauge(
    registry,
    'vigie_call_stream_recovered_seconds',
    'From the moment that the network of one of the two was back or replaced, or its page awake or killed, until the receiver saw or heard the sender again.',
    STREAM,
  );
  const similarity = gauge(
    registry,
    'vigie_call_stream_similarity_ratio',
    'How like the picture that the receiver sees is to the one that was sent (structural similarity); 1 is the same.',
    STREAM,
  );
  const aboveNoise = gauge(
    registry,
    'vigie_call_stream_signal_to_noise_decibels',
    'How far the sound that was sent stands above everything else that the receiver hears.',
    STREAM,
  );
  const info = gauge(
    registry,
    'vigie_call_participant_info',
    'The browser of a participant and the transport of its media; always 1.',
    PARTICIPANT,
  );
  const signaling = gauge(
    registry,
    'vigie_call_signaling_round_trip_seconds',
    'How long the XMPP server took for a question of this participant, median of the call.',
    ['check', 'participant'],
  );
  const bridges = gauge(
    registry,
    'vigie_call_bridge_info',
    'The videobridge of a participant: the name in the path of its WebSocket, where media is sent to, and its region where jicofo names one; always 1.',
    ['check', 'participant', 'server', 'address', 'port', 'region'],
  );
  const all = [bridges, ok, latency, first, recovered, similarity, aboveNoise, info, signaling];
  return {
    reset() {
      for (const metric of all) metric.reset();
    },
    add(call, { check, outcome }) {
      // After a fault of ours in one browser, what the others saw of the call is no measure of it either.
      if (outcome === 'error') return;
      const browsers = new Map(call.participants.map(({ name, browser }) => [name, browser]));
      for (const stream of call.streams) {
        const labels = {
          check,
          step: stream.step,
          receiver: stream.receiver,
          sender: stream.sender,
          media: stream.kind,
          receiver_browser: browsers.get(stream.receiver) ?? '',
          sender_browser: browsers.get(stream.sender) ?? '',
        };
        ok.set(labels, arrives(stream) ? 1 : 0);
        if (stream.latencyMs !== null) latency.set(labels, seconds(stream.latencyMs));
        if (stream.recoveredMs != null) recovered.set(labels, seconds(stream.recoveredMs));
        if (stream.firstMs !== null) first.set(labels, seconds(stream.firstMs));
        const { similarity: alike = null, signalToNoiseDb: db = null } = stream;
        if (alike !== null) similarity.set(labels, alike);
        if (db !== null) aboveNoise.set(labels, db);
      }
      for (const { name, browser, version, transport, signalingRoundTripMs, bridge } of call.participants) {
        if (bridge) {
          const { server, address, port, region } = bridge;
          const where = { server: server ?? '', address: address ?? '', port: port ?? '' };
          bridges.set({ check, participant: name, ...where, region: region ?? '' }, 1);
        }
        const labels = {
          check,
          participant: name,
          browser,
          version: version ?? '',
          path: transport?.path ?? '',
          candidate_type: transport?.candidateType ?? '',
          protocol: transport?.protocol ?? '',
        };
        info.set(labels, 1);
        if (signalingRoundTripMs != null)
          signaling.set({ check, participant: name }, seconds(signalingRoundTripMs));
      }
    },
  };
}
