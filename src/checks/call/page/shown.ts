/** What a page's own world shows to its isolated one, and gets from it: remote tracks, and the streams of camera and microphone. */
import type { DeviceKind, MediaKind } from '../media.ts';
import { ADDED, LABELS_WANTED, REMOVED, SCREEN_WANTED, setLabel, WANTED } from './handover.ts';

/** The elements in which remote tracks are shown to the isolated world. */
const shown = new Map<JitsiTrack, HTMLMediaElement>();
/** In a page of somebody else's, tiles of ours must not be in anybody's way. */
const OUT_OF_THE_WAY =
  'position:fixed;right:0;bottom:0;width:2px;height:2px;margin:0;overflow:hidden;opacity:.01;pointer-events:none';

/** Labels are renewed whenever the isolated world is about to read them. */
export function keepLabels(): void {
  document.addEventListener(LABELS_WANTED, () => {
    for (const [track, element] of shown) label(track, element);
  });
}

/** The stream of our microphone or camera, or of a screen, from the isolated world. */
export function streamOf(kind: MediaKind): MediaStream {
  const element = document.createElement(kind === 'audio' ? 'audio' : 'video');
  document.body.append(element);
  element.dispatchEvent(new Event(kind === 'screen' ? SCREEN_WANTED : WANTED, { bubbles: true }));
  const stream = element.srcObject;
  element.srcObject = null;
  element.remove();
  if (!(stream instanceof MediaStream)) throw new Error(`the page has no ${kind} to send`);
  return stream;
}

/** Tracks of the screens that this page shared. */
const screens = new Set<string>();

/** Whether the page may use something, as the browser would say: the page of another site must give it to a frame (Permissions Policy). */
export function mayUse(feature: 'camera' | 'microphone' | 'display-capture'): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(feature: string): boolean } };
  return featurePolicy?.allowsFeature(feature) !== false;
}

/** Whoever asks for a screen gets ours, and nobody has to choose one. */
export function offerScreen(): void {
  navigator.mediaDevices.getDisplayMedia = async () => {
    if (!mayUse('display-capture')) throw new DOMException('Permission denied', 'NotAllowedError');
    const stream = streamOf('screen');
    for (const { id } of stream.getTracks()) screens.add(id);
    return stream;
  };
}

/** What a track carries: a shared screen is a second picture, whose source is the second of its kind. */
export function kindOf(track: JitsiTrack): MediaKind {
  const kind: DeviceKind = track.getType();
  if (kind === 'audio') return kind;
  return track.getVideoType?.() === 'desktop' || /-v[1-9]$/.test(track.getSourceName?.() ?? '')
    ? 'screen'
    : kind;
}

/** Whether a track by this id is that of a screen, one of ours or one of the others'. */
export function isScreen(trackId: string | null | undefined): boolean {
  if (trackId == null) return false;
  return (
    screens.has(trackId) ||
    [...shown.keys()].some((track) => track.getTrack()?.id === trackId && kindOf(track) === 'screen')
  );
}

/** Whether lib-jitsi-meet lets two talk directly here; source: JitsiConference.ts, `isP2PEnabled`. */
export function directAllowed(): boolean {
  const p2p = config!.p2p as { enabled?: boolean } | undefined;
  const testing = config!.testing as { p2pTestMode?: boolean; enableFirefoxP2p?: boolean } | undefined;
  const firefox = navigator.userAgent.includes('Firefox/');
  return (
    (p2p === undefined || Boolean(p2p.enabled)) &&
    testing?.p2pTestMode !== true &&
    !(firefox && testing?.enableFirefoxP2p === false)
  );
}

/** Shows a remote track, where the isolated world reads it. */
export function show(track: JitsiTrack, outOfTheWay = false): void {
  hide(track);
  const element = document.createElement(track.getType());
  element.srcObject = new MediaStream([track.getTrack()]);
  const tile = document.createElement('figure');
  if (outOfTheWay) tile.style.cssText = OUT_OF_THE_WAY;
  tile.append(element);
  document.body.append(tile);
  shown.set(track, element);
  label(track, element);
  element.dispatchEvent(new Event(ADDED, { bubbles: true }));
}

export function hide(track: JitsiTrack): void {
  const element = shown.get(track);
  if (!element) return;
  shown.delete(track);
  element.dispatchEvent(new Event(REMOVED, { bubbles: true }));
  element.parentElement?.remove();
}

function label(track: JitsiTrack, element: HTMLMediaElement): void {
  setLabel(element, {
    endpointId: String(track.getParticipantId()),
    p2p: track.isP2P === true,
    ssrc: ssrcOf(track),
    muted: track.isMuted() === true,
    screen: kindOf(track) === 'screen',
  });
}

/** A number, whatever the deployment's release of the library gives. */
function ssrcOf(track: JitsiTrack): number | null {
  const ssrc: unknown = track.getSsrc?.() ?? track.ssrc;
  return typeof ssrc === 'number' && Number.isFinite(ssrc) ? ssrc : null;
}
