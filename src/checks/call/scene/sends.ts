/** How large a picture a participant's camera gives, and how many of them. */
export interface Picture {
  /** In lines; 16 to 9. */
  readonly height: number;
  readonly fps: number;
}

/** `180p` is enough to hear and see each other; more costs CPU time here, for each participant that sends and receives it. */
const PICTURES = {
  '180p': { height: 180, fps: 12 },
  '360p': { height: 360, fps: 15 },
  '720p': { height: 720, fps: 15 },
  '720p30': { height: 720, fps: 30 },
  '1080p': { height: 1080, fps: 15 },
  '1080p30': { height: 1080, fps: 30 },
} as const satisfies Record<string, Picture>;

export type PictureName = keyof typeof PICTURES;
export const PICTURE_NAMES = Object.keys(PICTURES) as [PictureName, ...PictureName[]];
/** What a screen gives that somebody shares: larger than the smallest camera, and as fresh as verdicts need. */
export const SCREEN: Picture = { height: 360, fps: 10 };
export const SMALLEST: Picture = PICTURES['180p'];

export const pictureOf = (name: PictureName): Picture => PICTURES[name];
