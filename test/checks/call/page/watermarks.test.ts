import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { macWith } from '../../../../src/checks/call/page/hmac.ts';
import {
  AUDIO_BANDS,
  CHORD_MS,
  Chords,
  decodeVideo,
  encodeAudio,
  encodeVideo,
  Keys,
  MAX_SENDERS,
  TONES_PER_BAND,
  toneHz,
} from '../../../../src/checks/call/page/watermarks.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0, 123);
const keysOf = (call: string, count = MAX_SENDERS) =>
  new Keys(
    Array.from({ length: count }, (_, index) => createHmac('sha256', call).update(`${index}`).digest('hex')),
  );
const KEYS = keysOf('a call');

it('authentication codes are those of HMAC-SHA-256', () => {
  for (let length = 1; length <= 13; length++) {
    const key = createHmac('sha256', 'key').update(`${length}`).digest('hex');
    const words = Array.from({ length }, (_, index) => Math.imul(index + length, 0x9e3779b1));
    const message = Buffer.alloc(length * 4);
    for (const [index, word] of words.entries()) message.writeInt32BE(word, index * 4);
    const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(message).digest().readUInt32BE();
    expect(macWith(key)(words)).toBe(expected);
  }
});

describe('the picture’s watermark', () => {
  it('of a screen is no camera’s, nor the reverse', () => {
    for (let tick = 0; tick < 200; tick++) {
      const mark = { sender: tick % MAX_SENDERS, at: NOW + tick * 8 };
      const [camera, screen] = (['video', 'screen'] as const).map((shows) => encodeVideo(mark, KEYS, shows));
      // Of 12 bits one in 4096 is the same by chance: then it is taken for the camera's.
      if (camera === screen) continue;
      expect(decodeVideo(camera!, KEYS, NOW)).toMatchObject({ sender: mark.sender, shows: 'video' });
      expect(decodeVideo(screen!, KEYS, NOW)).toMatchObject({ sender: mark.sender, shows: 'screen' });
    }
  });

  it('says who and when, to 8 ms', () => {
    for (let sender = 0; sender < MAX_SENDERS; sender++) {
      const watermark = decodeVideo(encodeVideo({ sender, at: NOW }, KEYS), KEYS, NOW + 70);
      expect(watermark?.sender).toBe(sender);
      expect(NOW - watermark!.at).toBeGreaterThanOrEqual(0);
      expect(NOW - watermark!.at).toBeLessThan(8);
    }
  });

  it('keeps its time when it is read minutes late, and across the wrap of its counter', () => {
    const wrap = Math.ceil(NOW / (8 * 65_536)) * 8 * 65_536;
    for (const at of [wrap - 8, wrap, wrap + 8]) {
      expect(decodeVideo(encodeVideo({ sender: 3, at }, KEYS), KEYS, at + 180_000)?.at).toBe(at);
    }
  });

  it('is refused with any one block misread', () => {
    const bits = encodeVideo({ sender: 1, at: NOW }, KEYS);
    for (let bit = 0; bit < 32; bit++) {
      expect(decodeVideo((bits ^ (1 << bit)) >>> 0, KEYS, NOW)).toBeNull();
    }
  });

  it('of somebody without the key is refused but for chance', () => {
    let passed = 0;
    for (let call = 0; call < 4096; call++) {
      const other = encodeVideo({ sender: 1, at: NOW }, keysOf(`other ${call}`, 2));
      if (decodeVideo(other, KEYS, NOW)) passed++;
    }
    // The code has 12 bits: one in 4096 is chance.
    expect(passed).toBeLessThan(8);
  });

  it('of long ago does not come back when its counter does', () => {
    const period = 8 * 65_536;
    expect(decodeVideo(encodeVideo({ sender: 1, at: NOW - period }, KEYS), KEYS, NOW)).toBeNull();
  });

  it('is nobody’s beyond those who have a key', () => {
    const bits = encodeVideo({ sender: 5, at: NOW }, KEYS);
    expect(decodeVideo(bits, keysOf('a call', 3), NOW)).toBeNull();
  });

  it('is not read in a black or a white picture', () => {
    expect(decodeVideo(0, KEYS, NOW)).toBeNull();
    expect(decodeVideo(0xffffffff, KEYS, NOW)).toBeNull();
  });
});

describe('the sound’s watermark', () => {
  it('says who and when, to one chord', () => {
    for (let sender = 0; sender < MAX_SENDERS; sender++) {
      const tones = encodeAudio({ sender, at: NOW }, KEYS);
      expect(tones).toHaveLength(AUDIO_BANDS);
      expect(Math.max(...tones)).toBeLessThan(TONES_PER_BAND);
      const watermark = new Chords(KEYS).find(tones, NOW + 250);
      expect(watermark?.sender).toBe(sender);
      expect(watermark?.at).toBe(Math.floor(NOW / CHORD_MS) * CHORD_MS);
    }
  });

  it('is known as time goes on, and for five seconds', () => {
    const chords = new Chords(KEYS);
    for (let at = NOW; at < NOW + 20_000; at += 40) {
      const now = at + 90;
      expect(chords.find(encodeAudio({ sender: 1, at }, KEYS), now)?.sender).toBe(1);
    }
    const now = NOW + 20_000;
    const late = (ms: number) => chords.find(encodeAudio({ sender: 1, at: now - ms }, KEYS), now);
    expect(late(4900)?.sender).toBe(1);
    expect(late(6000)).toBeNull();
  });

  it('changes with every chord, so that a tone that is held brings no second watermark', () => {
    const chords = Array.from({ length: 64 }, (_, tick) =>
      encodeAudio({ sender: 2, at: NOW + tick * CHORD_MS }, KEYS).join(''),
    );
    expect(new Set(chords).size).toBe(64);
  });

  it('lies within what a wide-band voice codec carries', () => {
    expect(toneHz(0, 0)).toBeGreaterThan(300);
    expect(toneHz(AUDIO_BANDS - 1, TONES_PER_BAND - 1)).toBeLessThan(7000);
  });

  it('is hardly ever guessed: one chord in some hundreds is somebody’s, a third of those a certain sender’s', () => {
    const keys = keysOf('a call', 3);
    const chords = new Chords(keys);
    const found = Array.from({ length: 8 ** AUDIO_BANDS }, (_, bits) =>
      chords.find(
        Array.from({ length: AUDIO_BANDS }, (__, band) => (bits >>> (3 * band)) & 7),
        NOW,
      ),
    ).filter((watermark) => watermark !== null);
    expect(found.length).toBeLessThan(8 ** AUDIO_BANDS / 190);
    expect(found.filter(({ sender }) => sender === 1).length).toBeLessThan(8 ** AUDIO_BANDS / 570);
  });
});
