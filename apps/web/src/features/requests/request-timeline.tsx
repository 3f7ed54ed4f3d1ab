import {
  CircleCheck,
  CircleMinus,
  CircleX,
  Clock,
  Hourglass,
  KeyRound,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExactTime } from '../../components/exact-time.tsx';
import type { RequestDetails } from './request-types.ts';

type Step =
  | 'asked'
  | 'waiting'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'arriving'
  | 'given'
  | 'ends'
  | 'endsSoon'
  | 'ending'
  | 'ended'
  | 'failed';

const icons: Readonly<Record<Step, LucideIcon>> = {
  asked: Clock,
  waiting: Hourglass,
  approved: CircleCheck,
  refused: CircleX,
  withdrawn: CircleMinus,
  arriving: Hourglass,
  given: KeyRound,
  ends: Hourglass,
  endsSoon: Hourglass,
  ending: Hourglass,
  ended: CircleMinus,
  failed: TriangleAlert,
};

/** What became of a request and its grant, from top to bottom. */
export function RequestTimeline({ request }: { readonly request: RequestDetails }): ReactNode {
  const { t } = useTranslation();
  const { decidedBy, note } = request;
  return (
    <section className="mt-6">
      <h2 className="text-md font-semibold">{t('requests.timeline')}</h2>
      <ol className="mt-3">
        {stepsOf(request).map(({ step, at }) => {
          const Icon = icons[step];
          return (
            <li key={step} className="flex gap-3 pb-4 last:pb-0">
              <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
              <div className="min-w-0 flex-1">
                <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                  <span className="font-medium wrap-anywhere">
                    {(step === 'approved' || step === 'refused') && decidedBy !== null
                      ? t(`requests.stepBy.${step}`, { name: decidedBy.name ?? decidedBy.key })
                      : t(`requests.step.${step}`)}
                  </span>
                  {at !== null && (
                    <span className="text-sm text-muted tabular-nums">
                      <ExactTime at={at} />
                    </span>
                  )}
                </div>
                {step === 'refused' && note !== null && (
                  <p className="whitespace-pre-wrap text-muted wrap-anywhere">{note}</p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function stepsOf({
  status,
  createdAt,
  decidedAt,
  grant,
}: RequestDetails): { step: Step; at: string | null }[] {
  const asked = { step: 'asked', at: createdAt } as const;
  if (status === 'open') return [asked, { step: 'waiting', at: null }];
  const decision = { step: status, at: decidedAt };
  if (grant === null) return [asked, decision];
  const { grantedAt, expiresAt, endedAt, endsSoon } = grant;
  const given = { step: 'given', at: grantedAt } as const;
  const byStatus: Record<typeof grant.status, { step: Step; at: string | null }[]> = {
    pending: [{ step: 'arriving', at: null }],
    active: [
      given,
      ...(expiresAt === null ? [] : [{ step: endsSoon ? 'endsSoon' : 'ends', at: expiresAt } as const]),
    ],
    ending: [given, { step: 'ending', at: expiresAt }],
    ended: [given, { step: 'ended', at: endedAt }],
    failed: [{ step: 'failed', at: endedAt }],
  };
  return [asked, decision, ...byStatus[grant.status]];
}
