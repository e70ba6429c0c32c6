import { apiBase, framesMediaType, problemSchema, routes, type Need, type Route } from '@jetstream-console/contract';
import { z } from 'zod';
import { showAccess } from './router';

type Json = Record<string, unknown>;

/** JSON Schema of a zod schema; `io` says whether what is sent or what arrives is described. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
};

function parameters(schema: z.ZodType, place: 'path' | 'query' | 'header'): Json[] {
  const described = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(described.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (described.required?.includes(name) ?? false),
    schema: property,
    ...(typeof property['description'] === 'string' && { description: property['description'] }),
  }));
}

const problem = {
  description: 'What is wrong, as RFC 9457 problem details',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const mediaTypes: Readonly<Record<Route['sends'], readonly string[]>> = {
  json: ['application/json'],
  events: ['text/event-stream'],
  frames: ['application/json', framesMediaType],
  text: ['text/plain'],
  bytes: ['application/octet-stream'],
};
const binary = { type: 'string', format: 'binary' };

function requestBody(route: Route): Json {
  if (route.takes === 'bytes')
    return { requestBody: { required: true, content: { 'application/octet-stream': { schema: binary } } } };
  if (route.body.type === 'undefined') return {};
  return {
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
  };
}

function operation(route: Route): Json {
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...parameters(route.headers, 'header'),
    ],
    ...requestBody(route),
    responses: {
      [route.status]: {
        description: 'Done',
        content: Object.fromEntries(
          mediaTypes[route.sends].map((type) => [
            type,
            type === framesMediaType || route.sends === 'bytes'
              ? { schema: binary }
              : { schema: schemaOf(route.response, 'output') },
          ]),
        ),
      },
      '4XX': problem,
      '5XX': problem,
    },
    security: route.access === 'public' ? [] : [{ session: [] }, { grafana: [] }],
    'x-permissions': showAccess(route),
    'x-credential-level': route.credential,
    'x-audit': route.audit,
  };
}

/** OpenAPI 3.1 out of the route table. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const route of Object.values<Route>(routes)) {
    const path = `${apiBase}${route.path.replace(/:([A-Za-z]+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'JetStream Console',
      version: '1',
      description: 'Run, watch and secure NATS JetStream.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'From POST /auth/login' },
        grafana: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Grafana-Id',
          description: "Set by Grafana's app proxy together with X-Console-Proxy-Secret and X-Grafana-Context",
        },
      },
    },
  };
}

const targetOf = ({ cluster, name, each }: Need) =>
  [cluster && `cluster \`${cluster}\``, name && `name \`${name}\``, each && 'each item'].filter(Boolean).join(', ') ||
  'the organization';

/** docs/permissions.md: what each route needs, on which resource, over which credential. */
export function permissionsDoc(): string {
  const rows = Object.values<Route>(routes).map((route) => {
    const needs =
      typeof route.access === 'string'
        ? route.access
        : route.access.map((need) => `\`${need.resource}:${need.action}\` on ${targetOf(need)}`).join('; ');
    return `| ${route.method} | \`${route.path}\` | ${needs} | ${route.credential} | ${route.audit ?? ''} |`;
  });
  return `# Permissions\n\nGenerated from the route table (\`npm run build\`); change that, not this.\n\n\`public\` needs nobody, \`principal\` any known person. *Each item*: the route answers many, and every one is asked about before it leaves the server.\n\n| method | path below /api/v1 | needs | credential | audited as |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
