import { GateDevtools } from '@latchkey/permissions/devtools';
import { policy } from '@latchkey/policy';
import type { ReactNode } from 'react';
import { trpc } from '../api/trpc.ts';
import { useGateStore } from '../api/permissions.ts';

/** Every gate of the page, and a preview of the page as another role. Loaded in development only. */
export default function Devtools(): ReactNode {
  const store = useGateStore();
  const { data: gates } = trpc.session.gateTable.useQuery(undefined, { staleTime: Infinity });
  return <GateDevtools policy={policy} store={store} {...(gates === undefined ? {} : { gates })} />;
}
