/**
 * A private PulseAudio with a null sink. Headless Firefox leaves every AudioContext suspended on a machine
 * without a sound device; with this it has one, and nobody hears it.
 */
import { join } from 'node:path';
import type { Account } from './account.ts';
import { findProgram } from './executable.ts';
import { BrowserFault } from './faults.ts';
import { type Guarded, makeDirectory, spawnGuarded } from './guarded.ts';

const START_MS = 5000;

export interface SoundServer {
  /** Environment for the program that is to use it. */
  readonly env: Record<string, string>;
  readonly guarded: Guarded;
}

/** Starts a sound server of our own. @throws {BrowserFault} `sound-server` or `browser-missing`. */
export async function startPulse(signal: AbortSignal, account: Account | null = null): Promise<SoundServer> {
  const program = await findProgram(['pulseaudio']);
  if (!program) {
    throw new BrowserFault('browser-missing', { how: 'no-pulseaudio' });
  }
  const directory = await makeDirectory('pulse', account);
  const socket = join(directory, 'native');
  const guarded = spawnGuarded(
    directory,
    program,
    [
      '-n',
      '--daemonize=no',
      '--exit-idle-time=-1',
      '--use-pid-file=no',
      '--disallow-exit=yes',
      '--log-target=stderr',
      '--log-level=4',
      `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
      '--load=module-null-sink rate=48000 channels=2',
      '--load=module-always-sink',
    ],
    { account },
  );
  try {
    // Logged once all modules of the command line are loaded.
    await guarded.line(/Daemon startup complete/, AbortSignal.any([signal, AbortSignal.timeout(START_MS)]));
  } catch (cause) {
    await guarded.kill();
    throw new BrowserFault(
      'sound-server',
      { how: 'not-started', program: 'PulseAudio', reason: (cause as Error).message },
      guarded.output(),
    );
  }
  return { env: { PULSE_SERVER: `unix:${socket}` }, guarded };
}
