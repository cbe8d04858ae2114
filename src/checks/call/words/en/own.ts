import { list } from '../../../../base/words.ts';
import type { BrowserTrouble } from '../../../../browsers/faults.ts';
import { tooFewFiles } from '../../../../browsers/limits.ts';
import type { CallCauseOf } from '../../causes.ts';
import { type OwnSentences, percent } from '../contract.ts';
import { inStep } from './step.ts';

function troubleWords(trouble: BrowserTrouble): string {
  switch (trouble.how) {
    case 'named-one-missing':
      return `${trouble.variable} names ${trouble.path}, which does not exist or cannot be executed.`;
    case 'not-installed':
      return `No ${trouble.browser} on this machine (looked for ${trouble.programs.join(', ')}). Install it (Debian: apt-get install ${trouble.package}) or name it in ${trouble.variable}.`;
    case 'no-pulseaudio':
      return 'Firefox needs PulseAudio to have a sound device on this machine. Install it (Debian: apt-get install pulseaudio).';
    case 'not-started':
      return `${trouble.program} did not start: ${trouble.reason}.`;
    case 'not-reached':
      return `The ${trouble.browser} at ${trouble.at} cannot be reached: ${trouble.reason}.`;
    case 'too-few-files':
      return tooFewFiles(trouble.limit);
    case 'out-of-memory':
      return `The kernel killed our ${trouble.browser} because memory ran out. Three participants need about 600 MB; give this machine, or its container, more.`;
    case 'killed':
      return `Our ${trouble.browser} was killed (SIGKILL: by a person, a supervisor, or the kernel because memory ran out) during the call.`;
    case 'crashed':
      return `Our ${trouble.browser} crashed (${trouble.signal}) during the call.`;
    case 'ended':
      return `Our ${trouble.browser} exited (status ${trouble.status ?? 'unknown'}) during the call.`;
    case 'disconnected':
      return `The connection to the ${trouble.browser} at ${trouble.at} broke off during the call.`;
    case 'page-crashed':
      return `The page of ${trouble.participant} crashed in our ${trouble.browser} (${trouble.reason}).`;
    case 'page-not-started':
      return `Our own page did not start in ${trouble.browser}.`;
    case 'pages-not-started':
      return `Our own pages did not start: ${trouble.reason}`;
    case 'page-still':
      return `The page of ${trouble.participant} in our ${trouble.browser} has not responded for ${trouble.seconds} s.`;
    case 'network-changed':
      return `An address of this machine came or went (a container, a VPN), and ${trouble.browser} broke off what the page of ${trouble.participant} was asking for.`;
    case 'no-answer':
      return `A page of ours did not answer within ${trouble.ms} ms.`;
    case 'unresponsive':
      return 'A browser of ours no longer answers.';
    case 'page-exception':
      return `Our own page of ${trouble.participant} failed in ${trouble.browser}: ${trouble.error} (lib-jitsi-meet ${trouble.library ?? 'unknown'}).`;
  }
}

const browser = ({ trouble }: { readonly trouble: BrowserTrouble }): string => troubleWords(trouble);

/** How many streams are named one by one. */
const FEW = 4;

function busy({ consequence, streams = [] }: CallCauseOf<'machine-busy'>): string {
  if (consequence === 'run-again') return 'run the check again before you rely on this';
  if (consequence === 'excused') return 'pauses, delays and losses are not held against the deployment';
  if (consequence === 'overwhelmed')
    return 'browsers hardly ran, and whether participants hear and see each other cannot be determined. Give Vigie more processor time, or let fewer things run beside it';
  const kinds = new Set(streams.map(({ kind }) => kind));
  const [perceive, arrives] =
    kinds.size > 1
      ? ['hear and see', 'Sound and pictures arrive']
      : kinds.has('audio')
        ? ['hear', 'Sound arrives']
        : ['see', 'Pictures arrive'];
  const why =
    consequence === 'unsure'
      ? 'Browsers that wait for a processor neither send nor play anything, and no counter of packets proves that something is lost. Run the check again when the machine has time'
      : `${arrives}, and no watermark can be read in it`;
  if (streams.length > 0 && streams.length <= FEW) {
    const pairs = streams.map(
      ({ receiver, sender, kind }) => `${receiver} ${kind === 'audio' ? 'hears' : 'sees'} ${sender}`,
    );
    return `whether ${list(pairs)} cannot be determined. ${why}`;
  }
  return `whether participants ${perceive} each other cannot be determined. ${why}`;
}

export const ownSentences: OwnSentences = {
  'browser-missing': browser,
  'browser-start': browser,
  'browser-died': browser,
  'browser-hung': browser,
  'page-failed': browser,
  'sound-server': browser,
  'no-memory': browser,
  'too-few-files': browser,
  'page-messages-dropped': ({ participants }) =>
    `Scripts in the pages of ${participants.map(({ participant, messages }) => `${participant} (${messages})`).join(', ')} sent Vigie messages that are not of its protocol; they were dropped and no verdict rests on them. Look for what config.js and the library of this deployment run.`,
  'machine-too-small': ({ rooms, participants, needs, has }) =>
    `${rooms} rooms of ${participants} participants need about ${needs.processors} processors and ${needs.memoryMb} MB of memory; this machine has ${has.processors}${has.memoryMb === null ? '' : ` and ${has.memoryMb} MB free`}. No call was placed. Use fewer rooms or participants, a larger machine, or browsers elsewhere (endpoint).`,
  'machine-busy': (cause) =>
    inStep(
      cause,
      `This machine was under CPU pressure for ${percent(cause.strain)} % of the time: ${busy(cause)}`,
    ),
};
