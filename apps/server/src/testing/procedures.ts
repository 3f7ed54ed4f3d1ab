import type { TRPCProcedureType } from '@trpc/server';
import { z } from 'zod';
import type { TestServer } from './test-server.ts';

/** A procedure of the router. */
export interface Procedure {
  readonly path: string;
  readonly type: TRPCProcedureType;
  /** Its schemas. A procedure that extends another one has several for one object. */
  readonly inputs: readonly unknown[];
  /** Whether its gate refuses actors. */
  readonly isInPerson: boolean;
}

const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.unknown()),
  meta: z.object({ gate: z.object({ actors: z.string().optional() }).optional() }).optional(),
});

/** The procedures in the order of the router. tRPC has no public list of them: only this file reads its definitions. */
export function proceduresOf({ router }: Pick<TestServer, 'router'>): Procedure[] {
  return Object.entries<unknown>(Object(router._def.procedures)).map(([path, procedure]) => {
    const { type, inputs, meta } = Definition.parse(Object(procedure)._def);
    return { path, type, inputs, isInPerson: meta?.gate?.actors === 'deny' };
  });
}

export function procedureAt(server: Pick<TestServer, 'router'>, path: string): Procedure {
  const found = proceduresOf(server).find((one) => one.path === path);
  if (found === undefined) throw new RangeError(`There is no procedure ${path}.`);
  return found;
}
