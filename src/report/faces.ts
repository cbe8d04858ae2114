/** The face of each kind on the terminal: one of the places that a new kind needs. */
import type { Kind } from '../checks/check.ts';
import { callFace } from './call.ts';
import type { TerminalFace } from './face.ts';
import { mailFace } from './mail.ts';
import { reportsFace } from './reports.ts';
import { signalingFace } from './signaling.ts';
import { zoneFace } from './zone.ts';

export const terminalFaces: { readonly [K in Kind]: TerminalFace<K> } = {
  call: callFace,
  signaling: signalingFace,
  mail: mailFace,
  reports: reportsFace,
  zone: zoneFace,
};
