import { isRecord } from '../core/records.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The entities of an evaluation (AuthZEN Authorization API 1.0, section 5). */
export interface Asked {
  readonly subject: { readonly type: string; readonly id: string; readonly properties: Fields };
  readonly resource: { readonly type: string; readonly id: string; readonly properties: Fields };
  readonly action: { readonly name: string; readonly properties: Fields };
  readonly context: Fields;
}

/** What a search looks for. An identifier in that entity is ignored (sections 8.4 to 8.6). */
export type Target = 'subject' | 'resource' | 'action';

/** The request does not conform to the specification (HTTP 400). The message is for the caller. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** Characters. */
const maxLength = 500;

/**
 * Ignores unknown fields, and the identifier of `target`.
 * @throws {InvalidRequestError}
 */
export function readEntities(body: Fields, target?: Target): Asked {
  const subject = requiredObject(body, 'subject');
  const resource = requiredObject(body, 'resource');
  const action = target === 'action' ? {} : requiredObject(body, 'action');
  return {
    subject: {
      type: text(subject, 'type', 'subject'),
      id: target === 'subject' ? '' : text(subject, 'id', 'subject'),
      properties: objectIn(subject, 'properties') ?? {},
    },
    resource: {
      type: text(resource, 'type', 'resource'),
      id: target === 'resource' ? '' : text(resource, 'id', 'resource'),
      properties: objectIn(resource, 'properties') ?? {},
    },
    action: {
      name: target === 'action' ? '' : text(action, 'name', 'action'),
      properties: objectIn(action, 'properties') ?? {},
    },
    context: objectIn(body, 'context') ?? {},
  };
}

/**
 * `undefined` when the field is absent or null.
 * @throws {InvalidRequestError} for any other value
 */
export function objectIn(from: Fields, name: string): Fields | undefined {
  const value = from[name] ?? undefined;
  if (value === undefined || isRecord(value)) return value;
  throw new InvalidRequestError(`\`${name}\` must be an object.`);
}

function requiredObject(from: Fields, name: string): Fields {
  const value = objectIn(from, name);
  if (value === undefined) throw new InvalidRequestError(`\`${name}\` is missing.`);
  return value;
}

function text(from: Fields, name: string, of: string): string {
  const value = from[name];
  const isText = typeof value === 'string' && value !== '' && value.length <= maxLength;
  if (isText && value.isWellFormed()) return value;
  throw new InvalidRequestError(`\`${of}.${name}\` must be a text of 1 to ${maxLength} characters.`);
}
