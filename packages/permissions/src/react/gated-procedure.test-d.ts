import { expectTypeOf } from 'vitest';
import type { GatedProcedure, GateInput } from './gated-procedure.ts';

type Publish = {
  useMutation: (options?: object) => { mutate: (input: { id: string; note: string }) => void };
};
type List = { useQuery: (input: { status?: 'draft' } | symbol, options?: object) => unknown };
type Me = { useQuery: (input: void | symbol, options?: object) => unknown };

// A gate's input is any subset of the procedure's input.
expectTypeOf<GateInput<Publish>>().toEqualTypeOf<Partial<{ id: string; note: string }>>();
expectTypeOf<GateInput<List>>().toEqualTypeOf<Partial<{ status?: 'draft' }>>();
expectTypeOf<GateInput<Me>>().toEqualTypeOf<undefined>();

// Only procedures are accepted.
expectTypeOf<Publish>().toExtend<GatedProcedure>();
expectTypeOf<List>().toExtend<GatedProcedure>();
expectTypeOf<{ publish: true }>().not.toExtend<GatedProcedure>();
