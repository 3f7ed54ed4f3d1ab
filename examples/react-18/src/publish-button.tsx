import { createPermissionsReact } from '@latchkey/permissions/react';
import type { policy } from '@latchkey/policy';

const { Can, PermissionsProvider } = createPermissionsReact<typeof policy>();

export { PermissionsProvider };

/** A button that is disabled, with the reason beside it, for users without the permission. */
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
