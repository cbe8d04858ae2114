/** For whoever runs the service: whether it lives, whether it is ready, and reading the configuration again. */
import type { FastifyInstance } from 'fastify';
import { mayManage } from './access.ts';
import { ApiError } from './errors.ts';
import type { ServerSource } from './source.ts';
import type { TokenTries } from './tries.ts';

/** Why the service is not ready; null where it is. */
function notReady({ store, schedule, evidence }: ServerSource): string | null {
  const { writable } = store.keeping;
  if (!writable) return 'the history of runs cannot be written';
  if (evidence()?.writable === false) return 'evidence cannot be written';
  const checks = schedule.checks();
  if (
    checks.length > 0 &&
    !checks.some(({ name, kind }) => store.list({ check: name, kind, limit: 1 }).length > 0)
  )
    return 'no check has run yet';
  return null;
}

/** The paths that Prometheus uses, too. */
export function managementRoutes(app: FastifyInstance, source: ServerSource, tries: TokenTries): void {
  app.get('/-/healthy', () => ({ status: 'healthy' }));

  app.get('/-/ready', (_request, reply) => {
    const reason = notReady(source);
    return reason === null
      ? { status: 'ready' }
      : reply.code(503).header('retry-after', '5').send({ status: 'not-ready', reason });
  });

  app.route({
    method: ['POST', 'PUT'],
    url: '/-/reload',
    handler: async (request) => {
      mayManage(request, source.access(), tries, 'reloading the configuration');
      const { reload } = source;
      if (!reload)
        throw new ApiError(
          'no-configuration',
          'There is no configuration to reload: the sandbox is monitored.',
        );
      const problems = await reload();
      if (problems.length === 0) return { status: 'reloaded' };
      throw new ApiError(
        'configuration-refused',
        'The configuration is invalid and was rejected; the current one is kept.',
        { problems },
      );
    },
  });
}
