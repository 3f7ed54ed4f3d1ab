import { expectTypeOf } from 'vitest';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { testPolicy } from '../testing/fixtures/test-policy.ts';
import type { GatedProcedure, GateInput } from './gated-procedure.ts';

type Publish = {
  useMutation: (options?: object) => { mutate: (input: { id: string; note: string }) => void };
};
type Open = { useQuery: (input: string | symbol, options?: object) => unknown };
type List = {
  useQuery: (input: { status?: 'draft' } | undefined | void | symbol, options?: object) => unknown;
};
type Me = { useQuery: (input: void | symbol, options?: object) => unknown };

// A gate's input is any subset of the procedure's input.
expectTypeOf<{ id: string }>().toExtend<GateInput<Publish>>();
expectTypeOf<{ note: string }>().toExtend<GateInput<Publish>>();
expectTypeOf<{ id: number }>().not.toExtend<GateInput<Publish>>();
expectTypeOf<GateInput<List>>().toEqualTypeOf<Partial<{ status?: 'draft' }> | undefined>();
expectTypeOf<GateInput<Open>>().toEqualTypeOf<string>();
expectTypeOf<GateInput<Me>>().toEqualTypeOf<undefined>();

// Only procedures are accepted.
expectTypeOf<Publish>().toExtend<GatedProcedure>();
expectTypeOf<List>().toExtend<GatedProcedure>();
expectTypeOf<{ publish: true }>().not.toExtend<GatedProcedure>();

// The hooks need the input of a procedure that requires one, or `undefined` if its gate checks the resource as a whole.
const { useGate, useGateSuspense } = createPermissionsReact<typeof testPolicy>();
export function Page({
  trpc,
}: {
  readonly trpc: { readonly publish: Publish; readonly open: Open; readonly list: List; readonly me: Me };
}): void {
  useGate(trpc.publish, { id: '1' });
  useGate(trpc.publish, undefined);
  useGateSuspense(trpc.open, '1');
  useGate(trpc.list);
  useGate(trpc.list, { status: 'draft' });
  useGateSuspense(trpc.me);
  // @ts-expect-error -- the input is missing
  useGate(trpc.publish);
  // @ts-expect-error -- the input is missing
  useGateSuspense(trpc.open);
  // @ts-expect-error -- no such field
  useGate(trpc.publish, { ID: '1' });
  // @ts-expect-error -- no field: `undefined` if the gate checks the resource as a whole
  useGate(trpc.publish, {});
}

// Without the policy's type no permission compiles; otherwise, every misspelled one would.
const untyped = createPermissionsReact();
// @ts-expect-error -- createPermissionsReact<typeof policy>()
export const Untyped = () => untyped.useCan('reports:view', '1').state;
