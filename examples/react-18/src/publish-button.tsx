import { createPermissionsReact } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';

const { Can, PermissionsProvider } = createPermissionsReact<typeof policy>();

export { PermissionsProvider };

/** Out of reach, with the reason beside it, for whoever may not publish. */
export function PublishButton({ id, onPublish }: { readonly id: string; readonly onPublish: () => void }) {
  return (
    <Can
      do="reports:publish"
      on={id}
      mode="explain"
      reason={(state) =>
        state.state === 'denied' ? `Needs ${state.permission}` : 'Cannot be checked right now'
      }
    >
      <button type="button" onClick={onPublish}>
        Publish
      </button>
    </Can>
  );
}
