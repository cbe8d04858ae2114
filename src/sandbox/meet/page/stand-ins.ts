/** What a page sends in place of its own media while a fault is active: a still picture, near silence. */

const FRAME_MS = 100;
/** About -76 dBFS: packets flow, nobody hears anything; not the digital silence that a bridge may discard. */
const HUSH = 0.00016;

export interface StandIn {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** The picture that `track` shows now, for as long as it is wanted. */
export async function stillPicture(track: MediaStreamTrack): Promise<StandIn> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { alpha: false })!;
  await video.play();
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  pen.drawImage(video, 0, 0);
  video.srcObject = null;
  const picture = await createImageBitmap(canvas);
  const still = onlyTrack(canvas.captureStream());
  // A canvas is captured when it is drawn on, be it with the same picture.
  const timer = setInterval(() => pen.drawImage(picture, 0, 0), FRAME_MS);
  return {
    track: still,
    stop: () => {
      clearInterval(timer);
      picture.close();
      still.stop();
    },
  };
}

/** Noise that nobody hears. */
export function nearSilence(): StandIn {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (const index of samples.keys()) samples[index] = (Math.random() * 2 - 1) * HUSH;
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  const out = context.createMediaStreamDestination();
  source.connect(out);
  source.start();
  return {
    track: onlyTrack(out.stream),
    stop: () => {
      source.stop();
      void context.close();
    },
  };
}

function onlyTrack(stream: MediaStream): MediaStreamTrack {
  return stream.getTracks()[0]!;
}
