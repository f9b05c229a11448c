import * as z from 'zod';
import { ProblemDetails, type Route, routes } from '../contract/index.ts';

/** The OpenAPI 3.1 document, made of the schemas that requests are checked by. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(routes as Readonly<Record<string, Route>>))
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(name, route);
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Plimsoll', version, summary: 'What is in images, whether they may sail, what runs where.' },
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemDetails, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'plimsoll_session' },
        agent: { type: 'mutualTLS' },
      },
    },
  };
}

function operation(name: string, route: Route): object {
  const { permission, summary, tag, status = 200 } = route;
  return {
    operationId: name,
    summary,
    tags: [tag],
    ...(permission === 'public' ? { security: [] } : { security: [{ token: [] }, { session: [] }, { agent: [] }] }),
    'x-permission': permission,
    parameters: parametersOf(route),
    ...(bodyOf(route) ?? {}),
    responses: {
      [status]: { description: 'as asked', ...(contentOf(route) ?? {}) },
      default: {
        description: 'what went wrong',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf({ params, query, idempotent, ifMatch }: Route): readonly object[] {
  const of = (schema: z.ZodObject | undefined, place: 'path' | 'query'): readonly object[] => {
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
      properties?: Record<string, object>;
      required?: readonly string[];
    };
    return Object.entries(properties).map(([name, type]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: type,
    }));
  };
  const header = (name: string, description: string): object => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', maxLength: 256 },
  });
  return [
    ...of(params, 'path'),
    ...of(query, 'query'),
    ...(idempotent === true ? [header('Idempotency-Key', 'the same key gives the same answer, for two days')] : []),
    ...(ifMatch === true ? [header('If-Match', 'the ETag of what was changed')] : []),
  ];
}

function bodyOf({ body, rawBody }: Route): object | undefined {
  if (rawBody !== undefined) return { requestBody: { required: true, content: { [rawBody]: {} } } };
  if (body === undefined) return undefined;
  return { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } };
}

function contentOf({ answer, answerType }: Route): object | undefined {
  if (answerType !== undefined) return { content: { [answerType]: {} } };
  return answer === undefined ? undefined : { content: { 'application/json': { schema: schemaOf(answer, 'output') } } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
