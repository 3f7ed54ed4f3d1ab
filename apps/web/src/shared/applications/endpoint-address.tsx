import type { ReactNode } from 'react';
import { trpc } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { CopyButton } from '../../ui/copyable.tsx';

/** The address of the MCP server, which the person gives to an application. */
export function EndpointAddress(): ReactNode {
  const { t } = useTranslation();
  const { data: address } = trpc.applications.address.useQuery();
  if (address == null) return null;
  return (
    <span className="inline-flex max-w-full items-center gap-2 rounded-control border border-line bg-surface py-1 pr-1 pl-3">
      <code className="min-w-0 font-mono text-xs break-all">{address}</code>
      <CopyButton label={t('applications.address')} text={address} />
    </span>
  );
}
