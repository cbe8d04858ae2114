/** The face of each kind on pages and in reports: one of the places that a new kind needs. */
import type { Kind } from '../checks/check.ts';
import { callFace } from './call-face.ts';
import type { PageFace } from './face.ts';
import { mailFace } from './mail.ts';
import { reportsFace } from './reports.ts';
import { signalingFace } from './signaling.ts';
import { zoneFace } from './zone.ts';

export const pageFaces: { readonly [K in Kind]: PageFace<K> } = {
  call: callFace,
  signaling: signalingFace,
  mail: mailFace,
  reports: reportsFace,
  zone: zoneFace,
};
