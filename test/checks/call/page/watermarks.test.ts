import { describe, expect, it } from 'vitest';
import {
  AUDIO_BANDS,
  CHORD_MS,
  decodeAudio,
  decodeVideo,
  encodeAudio,
  encodeVideo,
  MAX_SENDERS,
  saltOf,
  TONES_PER_BAND,
  toneHz,
} from '../../../../src/checks/call/page/watermarks.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0, 123);
const SALT = saltOf('vigie-0123456789ab');

describe('the picture’s watermark', () => {
  it('says who and when, to 8 ms', () => {
    for (let sender = 0; sender < MAX_SENDERS; sender++) {
      const watermark = decodeVideo(encodeVideo({ sender, at: NOW }, SALT), SALT, NOW + 70);
      expect(watermark?.sender).toBe(sender);
      expect(NOW - watermark!.at).toBeGreaterThanOrEqual(0);
      expect(NOW - watermark!.at).toBeLessThan(8);
    }
  });

  it('keeps its time when it is read minutes late, and across the wrap of its counter', () => {
    const wrap = Math.ceil(NOW / (8 * 65_536)) * 8 * 65_536;
    for (const at of [wrap - 8, wrap, wrap + 8]) {
      expect(decodeVideo(encodeVideo({ sender: 3, at }, SALT), SALT, at + 180_000)?.at).toBe(at);
    }
  });

  it('is refused with any one block misread', () => {
    const bits = encodeVideo({ sender: 1, at: NOW }, SALT);
    for (let bit = 0; bit < 32; bit++) {
      expect(decodeVideo((bits ^ (1 << bit)) >>> 0, SALT, NOW)).toBeNull();
    }
  });

  it('of another room is refused but for chance', () => {
    let passed = 0;
    for (let room = 0; room < 4096; room++) {
      const other = encodeVideo({ sender: 1, at: NOW }, saltOf(`other-${room}`));
      if (decodeVideo(other, SALT, NOW)) passed++;
    }
    // The checksum has 12 bits: one in 4096 is chance.
    expect(passed).toBeLessThan(8);
  });

  it('is not read in a black or a white picture', () => {
    expect(decodeVideo(0, SALT, NOW)).toBeNull();
    expect(decodeVideo(0xffffffff, SALT, NOW)).toBeNull();
  });
});

describe('the sound’s watermark', () => {
  it('says who and when, to one chord', () => {
    for (let sender = 0; sender < MAX_SENDERS; sender++) {
      const tones = encodeAudio({ sender, at: NOW }, SALT);
      expect(tones).toHaveLength(AUDIO_BANDS);
      expect(Math.max(...tones)).toBeLessThan(TONES_PER_BAND);
      const watermark = decodeAudio(tones, SALT, NOW + 250);
      expect(watermark?.sender).toBe(sender);
      expect(watermark?.at).toBe(Math.floor(NOW / CHORD_MS) * CHORD_MS);
    }
  });

  it('changes with every chord, so that a tone that is held brings no second watermark', () => {
    const chords = Array.from({ length: 64 }, (_, tick) =>
      encodeAudio({ sender: 2, at: NOW + tick * CHORD_MS }, SALT).join(''),
    );
    expect(new Set(chords).size).toBe(64);
  });

  it('lies within what a wide-band voice codec carries', () => {
    expect(toneHz(0, 0)).toBeGreaterThan(300);
    expect(toneHz(AUDIO_BANDS - 1, TONES_PER_BAND - 1)).toBeLessThan(7000);
  });

  it('is refused with any one tone misread', () => {
    const tones = encodeAudio({ sender: 5, at: NOW }, SALT);
    const misread = tones.flatMap((right, band) =>
      Array.from({ length: TONES_PER_BAND }, (_, tone) => tone)
        .filter((tone) => tone !== right)
        .map((tone) => tones.with(band, tone)),
    );
    const passed = misread.filter((heard) => decodeAudio(heard, SALT, NOW)?.sender === 5);
    // Five bits of checksum over a misread time: chance alone lets about one in 32 pass.
    expect(passed.length).toBeLessThanOrEqual(3);
  });
});
