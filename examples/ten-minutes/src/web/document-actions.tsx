import { CanByState } from '@latchkey/permissions/react';
import type { ReactNode } from 'react';
import { Can, trpc, useGate } from './permissions.ts';

/** The button asks by procedure: when the gate changes on the server, the button changes. */
export function DeleteButton({ id }: { readonly id: string }): ReactNode {
  const gate = useGate(trpc.remove, { id });
  const remove = trpc.remove.useMutation();
  return (
    <CanByState
      state={gate}
      mode="explain"
      reason={(why) => {
        if (why.state !== 'denied') return 'Try again soon.';
        const rules = why.grantedByRules?.map(({ text }) => text) ?? [];
        return `Only for: ${[...why.grantedBy, ...why.grantedByInstanceRoles, ...rules].join(', ')}.`;
      }}
    >
      <button type="button" onClick={() => remove.mutate({ id })}>
        Delete
      </button>
    </CanByState>
  );
}

/** No procedure stands for this link, so it asks by permission. */
export function EditLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Can do="documents:edit" on={id}>
      <a href={`/documents/${id}/edit`}>Edit</a>
    </Can>
  );
}
