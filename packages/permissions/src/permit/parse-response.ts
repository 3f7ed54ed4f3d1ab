import type { z } from 'zod/v4';
import { PermitApiError } from './permit-caller.ts';

/** Parses the response to an operation. @throws {PermitApiError} when it does not have the documented shape. */
export function parseResponse<Shape extends z.ZodType>(
  shape: Shape,
  operation: string,
  response: unknown,
): z.output<Shape> {
  const parsed = shape.safeParse(response);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  throw new PermitApiError(`Permit's answer to "${operation}" was not understood: ${where}`, {
    status: 200,
    cause: parsed.error,
  });
}
