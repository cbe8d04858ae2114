/** How like what arrives is to what was sent, as numbers: of pictures, and of sound. Runs in the page and in Node (tests). */

/** Pixels of a window, each way. */
const WINDOW = 8;
/** Constants of the measure, for 255 levels: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", 2004. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

type Pixels = Uint8ClampedArray;

/**
 * The structural similarity (SSIM) of two pictures of the same size, as the mean over windows of 8 by 8 pixels of brightness: 1 for
 * the same picture, near 0 for one that has nothing in common with it. Pixels are red, green, blue and opacity.
 */
export function structuralSimilarity(a: Pixels, b: Pixels, width: number, height: number): number {
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + WINDOW <= height; top += WINDOW) {
    for (let left = 0; left + WINDOW <= width; left += WINDOW) {
      sum += ofWindow(a, b, (top * width + left) * 4, width);
      windows++;
    }
  }
  return windows === 0 ? 0 : sum / windows;
}

function ofWindow(a: Pixels, b: Pixels, start: number, width: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < WINDOW; row++) {
    let at = start + row * width * 4;
    for (let column = 0; column < WINDOW; column++, at += 4) {
      const x = brightness(a, at);
      const y = brightness(b, at);
      sumA += x;
      sumB += y;
      squaresA += x * x;
      squaresB += y * y;
      products += x * y;
    }
  }
  const count = WINDOW * WINDOW;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const varianceA = squaresA / count - meanA * meanA;
  const varianceB = squaresB / count - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  );
}

/** As ITU-R BT.601 weighs the colours. */
const brightness = (pixels: Pixels, at: number): number =>
  0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;

/** A tone of the analyser's window (Blackman's) reaches this many points of the spectrum either way. */
const TONE_REACH = 3;
/** More than the sound of any call has. */
const HIGHEST_DB = 60;

/**
 * How far the tones that were played stand above everything else that is heard, in dB. `spectrum` is in dB by points, `tones` the
 * points at which tones were played; from `lowest` to `highest` everything counts.
 */
export function signalToNoise(
  spectrum: Float32Array,
  tones: readonly number[],
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): number {
  let signal = 0;
  let noise = 0;
  for (let point = lowest; point <= highest; point++) {
    const power = 10 ** (spectrum[point]! / 10);
    if (tones.some((tone) => Math.abs(tone - point) <= TONE_REACH)) signal += power;
    else noise += power;
  }
  if (signal <= 0) return 0;
  return Math.min(HIGHEST_DB, Math.max(0, 10 * Math.log10(signal / Math.max(noise, 1e-30))));
}
