import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { pipeTransport } from '../../src/browsers/pipe.ts';

function pipes() {
  const [to, from] = [new PassThrough(), new PassThrough()];
  const transport = pipeTransport(to, from);
  const heard: string[] = [];
  transport.onmessage = (message) => heard.push(message);
  return { to, from, transport, heard };
}

it('the transport ends each message with a zero byte', () => {
  const { to, transport } = pipes();
  transport.send('{"id":1}');
  transport.send('{"id":2}');
  expect(String(to.read())).toBe('{"id":1}\0{"id":2}\0');
});

it('the transport puts messages together however they are cut', async () => {
  const { from, heard } = pipes();
  const text = Buffer.from('{"a":"é"}\0{"b":2}\0{"c":3}\0');
  for (const byte of text) from.write(Buffer.from([byte]));
  await expect.poll(() => heard).toEqual(['{"a":"é"}', '{"b":2}', '{"c":3}']);
  from.write(text);
  await expect.poll(() => heard.length).toBe(6);
});

it('the transport reports that the browser has closed its end', async () => {
  const { from, transport } = pipes();
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  from.end();
  from.resume();
  await closed;
});
