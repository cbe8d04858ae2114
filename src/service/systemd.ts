/**
 * What systemd is notified of: that the service is ready, and that it still answers. Node has no datagram sockets of the file
 * system, so systemd's own program sends it; a process every half minute is what the watchdog costs.
 */
import { execFile } from 'node:child_process';
import type { Logger } from '../checks/check.ts';

const SEND_MS = 10_000;

export interface Supervisor {
  /** The service listens; from now on the watchdog, where there is one, is kept quiet until `stopping`. */
  ready(): void;
  /** The service is shutting down: that it answers is not reported any more. */
  stopping(): void;
}

/** The systemd that started this process; one that does nothing where none did. */
export function supervisor(log: Logger, env: NodeJS.ProcessEnv = process.env): Supervisor {
  if (!env.NOTIFY_SOCKET) return { ready: () => undefined, stopping: () => undefined };
  const send = (message: string) =>
    execFile('systemd-notify', [message], { timeout: SEND_MS, env }, (error) => {
      if (error) log.warn({ reason: error.message }, 'systemd could not be notified');
    });
  const periodMs = watchdogMs(env) / 2;
  let timer: NodeJS.Timeout | null = null;
  return {
    ready() {
      send('READY=1');
      // The event loop runs this: one that hangs says nothing.
      if (periodMs > 0) timer = setInterval(() => send('WATCHDOG=1'), periodMs).unref();
    },
    stopping() {
      if (timer) clearInterval(timer);
      send('STOPPING=1');
    },
  };
}

/** The time within which systemd expects a sign of life; 0 where it expects none. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number {
  if (WATCHDOG_PID && Number(WATCHDOG_PID) !== process.pid) return 0;
  const ms = Number(WATCHDOG_USEC ?? 0) / 1000;
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
