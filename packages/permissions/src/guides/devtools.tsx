import type { Policy } from '../core/policy.ts';
import { GateDevtools, type GateTable } from '../devtools/index.ts';
import { createPermissionsReact } from '../react/index.ts';

/* The code of docs/guide/gates.md that a page imports as `./devtools.tsx`. */

declare const policy: Policy;
declare const table: GateTable;
const { useGateStore } = createPermissionsReact<Policy>();

export default function Devtools() {
  // table: the result of gatesOf(router)
  return <GateDevtools policy={policy} store={useGateStore()} gates={table} />;
}
