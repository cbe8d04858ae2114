/**
 * Asks for `/healthz` again and again on new connections, in a thread of its own, so that nothing but the answer is waited for:
 * `new Worker(…, { workerData: port })`. Any message ends it; it then gives how long each answer took, in milliseconds.
 */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const PAUSE_MS = 50;
const took: number[] = [];
let over = false;
parentPort!.once('message', () => {
  over = true;
});

function ask(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port: workerData as number, host: '127.0.0.1' });
    socket.on('error', () => resolve()).once('close', () => resolve());
    socket.once('data', () => {
      resolve();
      socket.destroy();
    });
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  });
}

while (!over) {
  const begun = performance.now();
  await ask();
  took.push(performance.now() - begun);
  await delay(PAUSE_MS);
}
parentPort!.postMessage(took);
