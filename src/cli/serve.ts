/** `vigie serve`. */
import { checkKinds } from '../checks/index.ts';
import { reportRun } from '../report/run.ts';
import { serve as startService } from '../service/serve.ts';
import type { Command } from './command.ts';
import { configFile } from './configured.ts';
import { startGuestCall } from './guest-call.ts';
import { hasColor } from './io.ts';

export const serve: Command<'serve'> = async ({ options: { config, listen, watch } }, io) =>
  startService({
    ...(listen && { listen }),
    watch,
    configFile: configFile(config),
    kinds: checkKinds,
    startGuest: startGuestCall,
    report: (run) => reportRun(run, hasColor(io.stdout)),
  });
