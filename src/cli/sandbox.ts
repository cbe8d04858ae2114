/** `vigie sandbox`: the embedded deployment alone. */
import { once } from 'node:events';
import { EXIT } from '../base/exit-status.ts';
import { FaultError, SandboxError, sandboxConfiguration, startSandbox } from '../sandbox/index.ts';
import type { Command } from './command.ts';
import { UsageError } from './io.ts';

export const sandbox: Command<'sandbox'> = async ({ options: { break: faults, port } }, io) => {
  const mailPorts =
    port === 0 ? {} : { dns: port + 1, submission: port + 2, submissions: port + 3, mx: port + 4 };
  try {
    const running = await startSandbox({ port, mailPorts, breaks: faults });
    // The configuration alone is on standard output: `vigie sandbox >vigie.yaml` makes a file of it.
    io.stderr.write(
      `${running.describe()}\n\nA configuration for a Vigie on this machine that monitors it:\n\n`,
    );
    io.stdout.write(sandboxConfiguration(running));
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await running.close();
    return EXIT.pass;
  } catch (cause) {
    if (cause instanceof FaultError || cause instanceof SandboxError) throw new UsageError(cause.message);
    throw cause;
  }
};
