import type { ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { shortId } from '../../components/short-id.ts';

/** A name with its id to copy; without a name the end of the id. The full id is in the tooltip. */
export function NamedId({ id, name }: { readonly id: string; readonly name: string | undefined }): ReactNode {
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1" title={id}>
      {name === undefined ? (
        <code className="font-mono text-xs whitespace-nowrap text-muted">{shortId(id)}</code>
      ) : (
        <span className="min-w-0 wrap-anywhere">{name}</span>
      )}
      <CopyButton label={name ?? id} text={id} />
    </span>
  );
}
