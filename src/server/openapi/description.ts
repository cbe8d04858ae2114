/** The API described by OpenAPI 3.1: made from the schemas that validate questions, and those of the answers. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { eventsQuery, maintenanceQuery, noQuery, runQuery, runsQuery } from '../api.ts';
import { availabilityQuery } from '../availability.ts';
import { baseOf } from '../base-path.ts';
import type { ServerSource } from '../source.ts';
import { ANSWERS, type AnswerName, RESULTS } from './answers.ts';

interface Operation {
  readonly summary: string;
  /** What its query has to be. */
  readonly query: z.ZodObject;
  /** Status, and the name of what is answered then. */
  readonly answers: Readonly<Record<number, readonly [meaning: string, schema: AnswerName]>>;
  readonly token?: true;
}

const NOT_UNDERSTOOD = ['The query was not understood.', 'Problem'] as const;
const REFUSED = {
  400: ['The query was not understood.', 'Problem'],
  401: ['The token is missing.', 'Problem'],
  403: ['The token is another one, none is configured, or a page of another site asked.', 'Problem'],
  404: ['There is no such check.', 'Problem'],
} as const;
const NO_SUCH = ['There is none, or it is no longer kept.', 'Problem'] as const;

/** By path and method. Every route below `/api/` is here: a test sees to it. */
export const OPERATIONS: Readonly<
  Record<string, Readonly<Partial<Record<'get' | 'post' | 'delete', Operation>>>>
> = {
  '/api/runs': {
    get: {
      summary: 'Runs, the latest first.',
      query: runsQuery,
      answers: { 200: ['Those that the query lets through.', 'Runs'], 400: NOT_UNDERSTOOD, 404: NO_SUCH },
    },
  },
  '/api/runs/{id}': {
    get: {
      summary: 'One run.',
      query: noQuery,
      answers: {
        200: ['The run.', 'Run'],
        202: ['It has not ended: what is known so far.', 'Activity'],
        400: NOT_UNDERSTOOD,
        404: NO_SUCH,
      },
    },
  },
  '/api/runs/{id}/evidence': {
    get: {
      summary: 'What a run left.',
      query: z.object({}),
      answers: { 200: ['Its files.', 'Evidence'], 404: NO_SUCH },
    },
  },
  '/api/events': {
    get: {
      summary: 'What changed: versions of what is watched, and of browsers.',
      query: eventsQuery,
      answers: { 200: ['Changes.', 'Events'], 400: NOT_UNDERSTOOD },
    },
  },
  '/api/checks': {
    get: {
      summary: 'All checks.',
      query: noQuery,
      answers: { 200: ['In the order of the configuration.', 'Checks'], 400: NOT_UNDERSTOOD },
    },
  },
  '/api/status': {
    get: {
      summary: 'What the status page says of each check, for everybody and for Vigies in other places.',
      query: noQuery,
      answers: { 200: ['Without hidden and disabled checks.', 'Status'], 400: NOT_UNDERSTOOD },
    },
  },
  '/api/checks/{name}/availability': {
    get: {
      summary: 'In which share of its runs a check worked, by whole hours, days or months (UTC).',
      query: availabilityQuery,
      answers: { 200: ['The share of each.', 'Availability'], 400: NOT_UNDERSTOOD, 404: NO_SUCH },
    },
  },
  '/api/checks/{name}/run': {
    post: {
      summary: 'Starts a run by hand.',
      query: runQuery,
      token: true,
      answers: {
        200: ['With `wait=1`: the run, once it has ended.', 'Run'],
        202: ['It was taken; `Location` says where it will be.', 'Activity'],
        400: NOT_UNDERSTOOD,
        401: REFUSED[401],
        403: REFUSED[403],
        404: NO_SUCH,
        409: [
          'A run of this check is on or waits already (`error.run` says which), or the check is disabled.',
          'Problem',
        ],
        503: ['It was dropped before its turn came.', 'Problem'],
      },
    },
  },
  '/api/checks/{name}/maintenance': {
    post: {
      summary: 'Puts a check into maintenance: it runs as usual and nobody is notified.',
      query: maintenanceQuery,
      token: true,
      answers: { 200: ['The maintenance that it is in now.', 'Maintenance'], ...REFUSED },
    },
    delete: {
      summary: 'Ends a maintenance that was begun so; the next run shows the state.',
      query: noQuery,
      token: true,
      answers: {
        200: [
          'The maintenance that it is in still: one of its schedule, or until the next run.',
          'Maintenance',
        ],
        ...REFUSED,
      },
    },
  },
  '/api/openapi.json': {
    get: { summary: 'This description.', query: z.object({}), answers: {} },
  },
};

export function openApiRoutes(app: FastifyInstance, source: ServerSource): void {
  const described = describeApi(source.version);
  // Only a reload changes where it is reached.
  let written = { base: '', text: '' };
  app.get('/api/openapi.json', (_request, reply) => {
    const base = baseOf(source);
    if (base !== written.base)
      written = { base, text: JSON.stringify({ ...described, servers: [{ url: base }] }) };
    return reply.type('application/json; charset=utf-8').send(written.text);
  });
}

/** The description as plain data. */
export function describeApi(version: string): object {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Vigie',
      version,
      description: 'Runs and checks. Absent or null: not known. All times are UTC.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      Object.entries(OPERATIONS).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [method, describe(path, method, operation)]),
        ),
      ]),
    ),
    components: {
      schemas: describeAnswers(),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: '`server.token` of the configuration. The sandbox needs none.',
        },
      },
    },
  };
}

/** Answers may get more fields: the schemas that tests use are strict, those that are published are not. */
function describeAnswers(): object {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries({ ...ANSWERS, ...RESULTS })) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const plain = Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [
    name,
    schema,
  ]);
  return Object.fromEntries(plain);
}

function describe(
  path: string,
  method: string,
  { summary, query, answers: known, token }: Operation,
): object {
  const responses = Object.entries(known).map(([status, [description, schema]]) => [
    status,
    {
      description,
      content: { [mediaType(schema)]: { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
  ]);
  return {
    operationId: `${method}${path.replace(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    summary,
    ...(token && { security: [{ token: [] }] }),
    parameters: [...pathParameters(path), ...queryParameters(query)],
    responses:
      responses.length > 0
        ? Object.fromEntries(responses)
        : { 200: { description: 'An OpenAPI document.', content: { 'application/json': {} } } },
  };
}

const mediaType = (schema: AnswerName): string =>
  schema === 'Problem' ? 'application/problem+json' : 'application/json';

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): object[] {
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}
