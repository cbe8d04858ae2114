/** The shapes of messages that are tested, by the names that the configuration has for them. */
export const SHAPES = [
  'eight-bit',
  'long-line',
  'long-header',
  'attachment',
  'html',
  'from-quoted',
  'from-encoded',
  'from-bare',
  'from-comment',
  'from-folded',
] as const;
export type Shape = (typeof SHAPES)[number];
