import { CanByState } from '@latchkey/permissions/react';
import type { ReactNode } from 'react';
import { Can, trpc, useGate } from './permissions.ts';

/** The button asks by procedure: when the server's gate moves, the button moves. */
export function DeleteButton({ id }: { readonly id: string }): ReactNode {
  const gate = useGate(trpc.remove, { id });
  const remove = trpc.remove.useMutation();
  return (
    <CanByState
      state={gate}
      mode="explain"
      reason={(why) =>
        why.state === 'denied' ? `Only for: ${why.grantedBy.join(', ')}.` : 'Try again soon.'
      }
    >
      <button type="button" onClick={() => remove.mutate({ id })}>
        Delete
      </button>
    </CanByState>
  );
}

/** What no procedure stands for is asked by permission. */
export function EditLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Can do="documents:edit" on={id}>
      <a href={`/documents/${id}/edit`}>Edit</a>
    </Can>
  );
}
