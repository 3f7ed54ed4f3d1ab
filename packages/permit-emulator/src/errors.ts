import { newId } from './ids.ts';

/** The codes of Permit (`ErrorCode` in its OpenAPI document) that the emulator uses, with their HTTP status. */
const statusOf = {
  CONCURRENT_OPERATION_DISALLOWED: 409,
  DUPLICATE_ENTITY: 409,
  FORBIDDEN_ACCESS: 403,
  INVALID_INPUT: 400,
  INVALID_PERMISSION_FORMAT: 422,
  MISMATCH_ATTRIBUTES_TYPES: 400,
  MISMATCH_RELATION_TYPE: 400,
  MISMATCH_RESOURCE_INSTANCES_TENANTS: 400,
  MISSING_PERMISSIONS: 404,
  MISSING_RESOURCE_ATTRIBUTE: 400,
  NOT_FOUND: 404,
  UNAUTHORIZED: 401,
  UNEXPECTED_ERROR: 500,
} as const;

export type ErrorCode = keyof typeof statusOf;

export class PermitError extends Error {
  override readonly name = 'PermitError';
  readonly code: ErrorCode;
  readonly title: string;
  constructor(code: ErrorCode, title: string, message: string = title) {
    super(message);
    this.code = code;
    this.title = title;
  }
  get status(): number {
    return statusOf[this.code];
  }
}

/** An operation that only the real Permit has. Permit has no code of its own for this. */
export class NotInEmulator extends PermitError {
  constructor(operation: string) {
    super('UNEXPECTED_ERROR', 'Not in the emulator', `${operation} is not in the Permit emulator`);
  }
  override get status(): number {
    return 501;
  }
}

export function errorDetails(error: PermitError): Record<string, unknown> {
  return {
    id: newId(),
    title: error.title,
    support_link: 'https://permit-io.slack.com/ssb/redirect',
    error_code: error.code,
    message: error.message,
    additional_info: null,
  };
}

/** Permit's CLI parses the kind and the key from exactly this text. */
export function notFound(kind: string, id: string): PermitError {
  const title = 'The requested data could not be found';
  return new PermitError(
    'NOT_FOUND',
    title,
    `${title}. Permit could not find '${kind}' with the given filters: id='${id}'`,
  );
}

export function duplicate(kind: string, key: string): PermitError {
  return new PermitError(
    'DUPLICATE_ENTITY',
    `This ${kind} already exists`,
    `A ${kind} with this key already exists in the given scope. key='${key}'`,
  );
}

export interface ValidationIssue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** HTTP 422 with `{"detail": [...]}`. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly detail: readonly ValidationIssue[];
  constructor(detail: readonly ValidationIssue[]) {
    super(detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('\n'));
    this.detail = detail;
  }
}

/** For rules that a schema cannot express, such as a field that only some requests need. */
export function missingField(field: string): ValidationError {
  return new ValidationError([{ loc: ['body', field], msg: 'field required', type: 'value_error.missing' }]);
}
