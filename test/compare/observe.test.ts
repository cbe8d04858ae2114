import { describe, expect, it } from 'vitest';
import { INCOMPLETE, observe } from '../../src/compare/observe.ts';
import { aMail, aMessage } from '../support/history/results.ts';
import { aCall, aFailedCall, aRun, streams } from '../support/history/runs.ts';

const values = (run: Parameters<typeof observe>[0]) =>
  Object.fromEntries(observe(run).map(({ key, value }) => [key, value]));

describe('what a run says that can be compared', () => {
  it('of a call: whether it is complete, its times, each stream', () => {
    const seen = values(aRun({ call: aCall() }));
    expect(seen).toMatchObject({
      [INCOMPLETE]: 0,
      degraded: 0,
      paused: 0,
      'phase join': 2300,
      'time join': 2300,
      'audio latency': 63,
      'video first': 1830,
      'stream join C<-B video': 0,
      'stream join C<-B video latency': 63,
      'kind video': 0,
    });
    // What our own browsers need is not the deployment's.
    expect(seen).not.toHaveProperty('phase launch');
    expect(Object.keys(seen).filter((key) => /^stream \S+ \S+ \w+$/.test(key))).toHaveLength(12);
  });

  it('of a call in which C does not see B: that, and no time until it was complete', () => {
    const seen = values(aFailedCall());
    expect(seen).toMatchObject({
      [INCOMPLETE]: 1,
      'stream join C<-B video': 1,
      'stream join C<-B audio': 0,
      'kind video': 1,
      'kind audio': 0,
      'browsers video from chromium to firefox': 1,
    });
    for (const key of ['degraded', 'paused', 'phase join', 'time join']) expect(seen).not.toHaveProperty(key);
  });

  it('of late and muted streams: late arrives; of who is muted there are no times', () => {
    const late = aCall({ streams: streams(({ sender }) => ({ verdict: 'late', muted: sender === 'B' })) });
    const seen = values(aRun({ outcome: 'degraded', call: late }));
    expect(seen).toMatchObject({ [INCOMPLETE]: 0, degraded: 1, 'stream join A<-B audio': 0 });
    expect(seen).not.toHaveProperty('stream join A<-B audio latency');
    expect(seen).toHaveProperty('stream join A<-C audio latency');
  });

  it('has a key for each thing, by step, and never the same key for two', () => {
    const steps = ['duo', 'third'];
    const call = aCall({
      steps: steps.map((name) => ({ name, atMs: 0, ms: 1, present: ['A', 'B', 'C'] })),
      streams: steps.flatMap((step) => streams(() => ({ step }))),
    });
    const keys = observe(aRun({ call })).map(({ key }) => key);
    expect(keys).toContain('stream third C<-B video');
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('of another kind of check: whether it worked, its phases, what it complained of', () => {
    const findings = [{ id: 'dkim-missing', outcome: 'fail' as const, text: 'No signature.' }];
    const run = aRun({ kind: 'mail', outcome: 'fail', findings, mail: aMail([aMessage('example.org')]) });
    expect(values(run)).toEqual({ [INCOMPLETE]: 1, 'finding dkim-missing': 1 });
    expect(values({ ...run, outcome: 'pass', findings: [] })).toEqual({
      [INCOMPLETE]: 0,
      degraded: 0,
      'phase launch': 900,
      'phase join': 2300,
      duration: 9120,
    });
  });

  it('of a run that could not tell: nothing', () => {
    expect(observe(aRun({ outcome: 'error', call: aCall() }))).toEqual([]);
  });
});

it('phases of steps have one key, also in runs of earlier versions, whose phases have the step in their name', () => {
  const now = observe(aRun({ call: aCall(), phases: [{ step: 'third-joins', name: 'act', ms: 700 }] }));
  const then = observe(aRun({ call: aCall(), phases: [{ name: 'third-joins: act', ms: 700 }] }));
  const phase = { key: 'phase third-joins: act', value: 700 };
  expect(now).toContainEqual(expect.objectContaining(phase));
  expect(then).toContainEqual(expect.objectContaining(phase));
});
