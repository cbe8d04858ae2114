/** How like what arrives is to what was sent, as numbers. */
import { describe, expect, it } from 'vitest';
import { signalToNoise, structuralSimilarity } from '../../../../src/checks/call/page/similarity.ts';

const [WIDTH, HEIGHT] = [64, 32];

/** A picture of stripes, by the brightness of each column. */
function picture(brightness: (x: number, y: number) => number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      pixels.fill(brightness(x, y), (y * WIDTH + x) * 4, (y * WIDTH + x) * 4 + 3);
  return pixels;
}

const stripes = (x: number) => (x % 16 < 8 ? 30 : 220);
const fine = (x: number) => (x % 4 < 2 ? 30 : 220);
const like = (a: Uint8ClampedArray, b: Uint8ClampedArray) => structuralSimilarity(a, b, WIDTH, HEIGHT);
/** The same for each call. */
const noise = (x: number, y: number) => ((x * 7919 + y * 104_729) % 41) - 20;

describe('a picture', () => {
  it('is 1 like itself, and like nothing with nothing in common', () => {
    expect(like(picture(fine), picture(fine))).toBeCloseTo(1);
    expect(
      like(
        picture(fine),
        picture((x) => 250 - fine(x)),
      ),
    ).toBeLessThan(0);
    expect(
      like(
        picture(stripes),
        picture((x) => 250 - stripes(x)),
      ),
    ).toBeLessThan(0.5);
  });

  it('is the less like what was sent the more it is blurred or disturbed', () => {
    const sent = picture(fine);
    const blurred = (reach: number) =>
      picture((x) => {
        const around = Array.from({ length: 2 * reach + 1 }, (_, i) => fine(x - reach + i + 64));
        return around.reduce((sum, value) => sum + value, 0) / around.length;
      });
    const [little, much] = [like(sent, blurred(1)), like(sent, blurred(3))];
    expect(little).toBeLessThan(0.95);
    expect(much).toBeLessThan(little);
    expect(
      like(
        sent,
        picture((x, y) => fine(x) + noise(x, y)),
      ),
    ).toBeGreaterThan(little);
  });

  it('that is a little brighter is nearly the same', () => {
    expect(
      like(
        picture(stripes),
        picture((x) => stripes(x) + 4),
      ),
    ).toBeGreaterThan(0.98);
  });
});

describe('sound', () => {
  const spectrum = (floor: number, tones: Readonly<Record<number, number>>) =>
    Float32Array.from({ length: 200 }, (_, point) => tones[point] ?? floor);
  const range = { lowest: 10, highest: 190 };

  it('stands above everything else by the power of its tones', () => {
    const [tones, floor] = [{ 50: -20, 100: -20 }, -60];
    // Two tones of -20 dB against 167 points of -60 dB.
    expect(signalToNoise(spectrum(floor, tones), [50, 100], range)).toBeCloseTo(
      10 * Math.log10((2 * 10 ** -2 + 12 * 10 ** -6) / (167 * 10 ** -6)),
    );
  });

  it('of other tones, or silence, stands above nothing', () => {
    expect(signalToNoise(spectrum(-100, { 50: -20 }), [120], range)).toBe(0);
    expect(signalToNoise(spectrum(Number.NEGATIVE_INFINITY, {}), [50], range)).toBe(0);
  });

  it('without any noise is as good as sound can be', () => {
    expect(signalToNoise(spectrum(Number.NEGATIVE_INFINITY, { 50: -20 }), [50], range)).toBe(60);
  });
});
