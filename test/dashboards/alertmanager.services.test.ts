/** Who is told of what: the shipped configuration in a real Alertmanager, given alerts as Prometheus gives them. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ALERTS } from '../../dashboards/alerts.ts';
import { startAlertmanager, startReceiver } from '../support/dashboards/stack.ts';
import { needs, programs } from '../support/needs.ts';

const obstacle = programs('prometheus-alertmanager', 'amtool');
const CONFIG = join(import.meta.dirname, '../../deploy/alertmanager/alertmanager.yml');

type Labels = Record<string, string>;

/** An alert of a check, with the severity that its rule has. */
function alert(alertname: string, check: string, more: Labels = {}): { labels: Labels } {
  const { severity } = ALERTS.find(({ name }) => name === alertname)!;
  return { labels: { alertname, check, severity, job: 'vigie', instance: 'i', ...more } };
}

/** The twelve streams of three people. */
function twelve(check: string, more: Labels = {}): { labels: Labels }[] {
  const pairs = ['AB', 'AC', 'BA', 'BC', 'CA', 'CB'];
  return pairs.flatMap(([receiver, sender]) =>
    ['audio', 'video'].map((media) =>
      alert('VigieStreamMissing', check, { receiver: receiver!, sender: sender!, media, ...more }),
    ),
  );
}

it('one thing is one notification, and what knows less is silent', needs(obstacle), async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { url, received } = await startReceiver();
  const { address } = await startAlertmanager(directory, url);
  const alerts = [
    // A call in which nobody hears anybody any more, from two places: it fails, too, of course.
    ...twelve('meet'),
    ...twelve('meet', { instance: 'j', place: 'lyon' }),
    alert('VigieCallIncomplete', 'meet'),
    alert('VigieCheckFailing', 'meet', { kind: 'call' }),
    // Another that does not even start.
    ...twelve('other'),
    alert('VigieCallCannotStart', 'other'),
    alert('VigieCallIncomplete', 'other'),
    alert('VigieCheckFailing', 'other', { kind: 'call' }),
    // And mail is broken as well.
    alert('VigieMailNotDelivered', 'post'),
    alert('VigieCheckFailing', 'post', { kind: 'mail' }),
    alert('VigieZoneRecordWrong', 'zones', { domain: 'example.org', record: 'mx' }),
    // One that nothing silences.
    alert('VigieCheckFailing', 'third', { kind: 'call' }),
    alert('VigieCertificateExpiring', 'post', { severity: 'warning' }),
    alert('VigieCertificateExpiring', 'post', { severity: 'critical' }),
  ];
  const send = async (its: readonly object[]) => {
    const answer = await fetch(`http://${address}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(its),
    });
    expect(answer.status).toBe(200);
  };
  await send(alerts);
  const reported = () =>
    received
      .map(({ receiver, groupLabels, alerts: its }) => {
        const names = [...new Set(its.map(({ labels }) => labels.alertname!))].sort((a, b) =>
          a.localeCompare(b),
        );
        return `${receiver}: ${groupLabels.job} ${groupLabels.check}: ${names.join(', ')} (${its.length})`;
      })
      .sort();
  const expected = [
    'people: vigie meet: VigieStreamMissing (24)',
    'people: vigie other: VigieCallCannotStart (1)',
    'people: vigie post: VigieCertificateExpiring, VigieMailNotDelivered (2)',
    'people: vigie third: VigieCheckFailing (1)',
    'tickets: vigie zones: VigieZoneRecordWrong (1)',
  ];
  await expect.poll(reported, { timeout: 20_000 }).toEqual(expected);
  // What ends is told when its group comes up again; by then the silenced ones have come up again as well.
  const ended = alert('VigieCheckFailing', 'third', { kind: 'call' });
  await send([{ ...ended, endsAt: new Date().toISOString() }]);
  await expect.poll(() => reported().length, { timeout: 20_000 }).toBe(expected.length + 1);
  expect(reported().filter((line) => !expected.includes(line))).toEqual([]);
  expect(received.filter(({ status }) => status === 'resolved')).toHaveLength(1);
});

it('amtool accepts the configuration', needs(obstacle), () => {
  expect(execFileSync('amtool', ['check-config', CONFIG], { encoding: 'utf8' })).toContain('SUCCESS');
});
