import { CloudAlert } from 'lucide-react';
import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { useStreamState } from '../api/stream-state.ts';
import { useOnline } from '../components/use-online.ts';

/** Shown above a page that receives no changes and may be outdated. The live region is always in the document. */
export function StreamNotice(): ReactNode {
  const { t } = useTranslation();
  const { api } = useRouteContext({ from: '/console' });
  const stream = useStreamState(api.streamState);
  const state = useOnline() ? stream : 'offline';
  const isHeard = state === 'open' || state === 'refused';
  return (
    <output className="block print:hidden">
      {!isHeard && (
        <span className="mb-4 flex items-start gap-2 rounded-card bg-unknown-wash px-4 py-3 text-unknown">
          <CloudAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {t(`stream.${state}`)}
        </span>
      )}
    </output>
  );
}
