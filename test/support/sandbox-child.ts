/** The service with its own sandbox in a process of its own, for tests; as `npm start` where nothing is configured. */
import { checkKinds } from '../../src/checks/index.ts';
import { serve } from '../../src/service/serve.ts';

process.exit(await serve({ configFile: null, kinds: checkKinds, listen: { host: '127.0.0.1', port: 0 } }));
