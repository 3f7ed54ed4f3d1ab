import type { Route } from './route.ts';

const names = new Map([
  ['p', 'proj_id'],
  ['e', 'env_id'],
]);

/** The operations of the management API as an OpenAPI document: paths and parameters, without schemas. */
export function openapiOf(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path } of routes) {
    const written = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `{${names.get(name) ?? name}}`);
    (paths[written] ??= {})[method.toLowerCase()] = {
      operationId: `${method.toLowerCase()}${written.replaceAll(/\W+/g, '_')}`,
      parameters: [...written.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      responses: { 200: { description: 'Successful Response' }, 422: { description: 'Validation Error' } },
      security: [{ HTTPBearer: [] }],
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Permit.io API, offline', version: '2.0.0' },
    paths,
    components: { securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer' } } },
  };
}
