import { describe, expect, it } from 'vitest';
import { refusals, standstills } from '../../../../src/checks/call/judge/obstacles.ts';
import { offerTo } from '../../../../src/checks/call/judge/offered.ts';
import type { OfferedCandidate } from '../../../../src/checks/call/page/protocol.ts';
import { sentence } from '../../../../src/checks/sentence.ts';
import { type Scripted, scene, WELL } from '../../../support/call/scene.ts';

const candidate = (address: string, answers: boolean | null = false): OfferedCandidate => ({
  ...{ address, port: 10_000, protocol: 'udp', type: 'host', answers },
});
const stuck = (...offered: OfferedCandidate[]): Scripted => ({ ice: 'checking', offered });

function said(...people: Scripted[]) {
  const [found] = standstills({ ...scene(people), refusals: [] }, []);
  return { cause: found!.finding.cause, text: sentence('call', found!.finding.cause, 'en') };
}

describe('what a bridge offers, where ICE finds no way', () => {
  it.each([
    ['nothing', [], 'none', /offers no address for media at all/],
    [
      'case 34: a private address and a wrong public one',
      [candidate('10.99.0.5'), candidate('198.18.77.77')],
      'silent',
      /none of the bridge's addresses answers: 10\.99\.0\.5:10000\/udp \(private, no answer\), 198\.18\.77\.77:10000\/udp \(no answer\); .+JVB_ADVERTISE_IPS/,
    ],
    [
      'private addresses alone',
      [candidate('10.99.0.5'), candidate('fd00::5')],
      'private-only',
      /only private addresses: 10\.99\.0\.5:10000\/udp .+ \[fd00::5\]:10000\/udp/,
    ],
    [
      'IPv6 alone, to somebody without it',
      [candidate('2001:db8::5', null)],
      'other-family',
      /a family that these participants do not have: \[2001:db8::5\]:10000/,
    ],
    [
      'an address that answers in one family alone',
      [candidate('198.18.5.10'), candidate('2001:db8::5', true)],
      'partly',
      /198\.18\.5\.10:10000\/udp \(no answer\), \[2001:db8::5\]:10000\/udp \(answers\)/,
    ],
  ] as const)('%s', (_what, offered, problem, text) => {
    const { cause, text: reported } = said(stuck(...offered), stuck(...offered));
    expect(cause).toMatchObject({ id: 'ice-failed', offered: { problem } });
    expect(reported).toMatch(text);
  });

  it('is said of reported failures as well', () => {
    const call = { ...scene([stuck(candidate('10.99.0.5')), stuck(candidate('10.99.0.5'))]) };
    const [found] = refusals({
      ...call,
      refusals: ['A', 'B'].map((participant) => ({
        participant,
        detail: { stage: 'conference', error: 'conference.iceFailed' },
      })),
    });
    expect(found!.finding.cause).toMatchObject({ how: 'reported', offered: { problem: 'private-only' } });
  });

  it('is remembered once ICE has failed, when browsers forget what they tried', () => {
    const [tried, failed] = [stuck(candidate('198.18.5.10')), stuck(candidate('198.18.5.10', null))].map(
      (one) => scene([one]).participants[0]!,
    );
    const samples = [...tried!.samples, ...failed!.samples];
    expect(offerTo([{ samples }])).toMatchObject({ problem: 'silent', candidates: [{ answers: false }] });
    expect(offerTo([failed!])).toMatchObject({ problem: 'silent' });
  });

  it('is one entry for each address, which answers where it answers anybody', () => {
    const { participants } = scene([
      stuck(candidate('198.18.5.10')),
      stuck(candidate('198.18.5.10', true)),
      stuck(candidate('198.18.5.10', null)),
    ]);
    expect(offerTo(participants)!.candidates).toMatchObject([{ address: '198.18.5.10', answers: true }]);
  });

  it('is not known of participants who do not report it', () => {
    expect(offerTo(scene([{ ice: 'checking' }]).participants)).toBeNull();
  });
});

describe('the bridge channel', () => {
  const url = 'wss://meet.example.org/colibri-ws/jvb-1';
  const closed = (detail: object): Scripted => ({
    events: [
      ...WELL.filter(({ name }) => !/dataChannel/.test(name)),
      { name: 'bridge-socket', detail: { url, status: null, error: null, ...detail } },
    ],
  });

  it.each([
    ['case 37: a proxy that refuses', { status: 403 }, /jvb-1 answers with status 403 where a WebSocket/],
    [
      'case 36: a name that does not exist',
      { error: 'ERR_NAME_NOT_RESOLVED' },
      /jvb-1 cannot be reached \(ERR_NAME_NOT_RESOLVED\)/,
    ],
    ['one that closes', {}, /jvb-1 did not stay open/],
  ])('%s is named with its address', (_what, detail, text) => {
    const { cause, text: reported } = said(closed(detail), closed(detail));
    expect(cause).toMatchObject({ id: 'bridge-channel-closed', channel: { url, ...detail } });
    expect(reported).toMatch(text);
  });
});
