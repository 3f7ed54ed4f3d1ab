import type { MiddlewareHandler } from 'hono';

/* The PDP that Permit hosts: decides by roles only, and has fewer endpoints than the container. */

const served = new Set([
  '/health',
  '/healthy',
  '/ready',
  '/allowed',
  '/allowed/bulk',
  '/allowed/all-tenants',
  '/user-permissions',
  '/authorized_users',
]);

/** Answers 404 to other endpoints, and 501 to questions that only conditions could use: those with attributes. */
export const refuseConditions: MiddlewareHandler = async ({ req }, next) => {
  if (!served.has(req.path)) return Response.json({ detail: 'Not Found' }, { status: 404 });
  if (req.method !== 'POST') return next();
  const body: unknown = await req.json().catch(() => undefined);
  const questions: unknown[] = Array.isArray(body) ? body : [body];
  if (!questions.some(needsConditions)) return next();
  const detail = 'Attribute-based rules are not supported by the hosted PDP: run a PDP of your own';
  return Response.json({ error: 'not_implemented', detail }, { status: 501 });
};

function needsConditions(question: unknown): boolean {
  const context = fieldsOf(fieldsOf(question)['context']);
  const asked = Object.entries(context).some(
    ([key, flag]) => key.startsWith('enable_abac_') && flag === true,
  );
  return asked || ['user', 'resource'].some((part) => hasAttributes(fieldsOf(question)[part]));
}

function hasAttributes(part: unknown): boolean {
  return Object.keys(fieldsOf(fieldsOf(part)['attributes'])).length > 0;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
