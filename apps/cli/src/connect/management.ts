import { z, type ZodType } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { request, type HttpResponse } from '../http/request.ts';
import { createTokenSource } from '../server/machine-token.ts';

export interface ManagementOptions {
  readonly endpoint: string;
  readonly appId: string;
  readonly appSecret: string;
  /** The Management API's indicator, for instance `https://default.logto.app/api`. */
  readonly resource: string;
}

/** `path` is relative to `/api`. */
export interface ManagementRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** Default: 5 seconds. */
  readonly timeoutMs?: number;
}

export interface Management {
  /** @throws {ActionableError} with a code that starts with `LOGTO_` */
  get<Answer>(path: string, schema: ZodType<Answer>): Promise<Answer>;
  /** @throws {LogtoRefusal} when Logto answers with its own error */
  send<Answer>(request: ManagementRequest, schema: ZodType<Answer>): Promise<Answer>;
}

/** An error response from Logto. `status`, `logtoCode` and `data` are Logto's. */
export class LogtoRefusal extends ActionableError {
  readonly status: number;
  readonly logtoCode: string | undefined;
  readonly data: unknown;
  constructor(what: string, { status, body }: HttpResponse) {
    const { code, message, data } = ErrorBody.safeParse(body).data ?? {};
    const reason = [code, message].filter((text) => text !== undefined).join(': ');
    super('LOGTO_REFUSED', {
      says: `Logto answered ${status} to ${what}${reason === '' ? '' : `: ${reason}`}.`,
      fix: `${what.startsWith('GET ') ? 'Run the command again later.' : 'The changes made so far stay; run the command again to continue.'} Logto's log may have details.`,
    });
    this.status = status;
    this.logtoCode = code;
    this.data = data;
  }
}

const ErrorBody = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  data: z.unknown().optional(),
});

export function createManagement(options: ManagementOptions): Management {
  const { endpoint } = options;
  const token = createTokenSource({ ...options, scope: 'all' });

  async function call<Answer>(
    { method, path, body, timeoutMs }: Omit<ManagementRequest, 'method'> & { readonly method: string },
    schema: ZodType<Answer>,
  ): Promise<Answer> {
    const what = `${method} ${path.split('?')[0]}`;
    const answer = await request(`${endpoint}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokenFor(token, options)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs,
    });
    if (typeof answer === 'string') {
      throw new ActionableError('LOGTO_UNREACHABLE', {
        says: `Logto at ${endpoint} does not answer: ${answer}.`,
        fix: 'Check the endpoint and the network, then run the command again.',
      });
    }
    if (answer.status === 401) throw wrongResource(options.resource);
    if (
      answer.status === 403 &&
      (ErrorBody.safeParse(answer.body).data?.code ?? 'auth.forbidden') === 'auth.forbidden'
    ) {
      throw withoutRole(options.appId);
    }
    if (answer.status >= 300) throw new LogtoRefusal(what, answer);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new ActionableError('LOGTO_ANSWER_UNKNOWN', {
      says: `Logto answered ${what} with something else than expected (${parsed.error.issues[0]?.path.join('.') ?? ''}).`,
      fix: "Check that the endpoint is Logto's; if it is, this command does not support its version.",
    });
  }
  return {
    get: (path, schema) => call({ method: 'GET', path }, schema),
    send: call,
  };
}

async function tokenFor(token: () => Promise<string>, { resource }: ManagementOptions): Promise<string> {
  try {
    return await token();
  } catch (error) {
    if (error instanceof ActionableError && error.code === 'LOGTO_RESOURCE_UNKNOWN')
      throw wrongResource(resource);
    throw error;
  }
}

function wrongResource(resource: string): ActionableError {
  return new ActionableError('LOGTO_MANAGEMENT_RESOURCE_UNKNOWN', {
    says: `${resource} is not the Management API of this Logto.`,
    fix: 'Set LOGTO_MANAGEMENT_RESOURCE: https://<tenant id>.logto.app/api on Logto Cloud, also with a domain of your own; https://default.logto.app/api on your own Logto.',
  });
}

/** Without the role, Logto issues a token that has no scopes. */
function withoutRole(appId: string): ActionableError {
  return new ActionableError('LOGTO_MANAGEMENT_FORBIDDEN', {
    says: `${appId} cannot call Logto's Management API: sync cannot read the directory, and new users get 503.`,
    fix: 'In Logto\'s console, give the application the role "Logto Management API access".',
  });
}
