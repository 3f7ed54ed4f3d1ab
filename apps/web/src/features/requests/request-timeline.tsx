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
import { Timeline } from '../../components/timeline.tsx';
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
  const titleOf = (step: Step): string =>
    (step === 'approved' || step === 'refused') && decidedBy !== null
      ? t(`requests.stepBy.${step}`, { name: decidedBy.name ?? decidedBy.key })
      : t(`requests.step.${step}`);
  const steps = stepsOf(request).map(({ step, at }) => ({
    key: step,
    icon: icons[step],
    tone: 'text-muted',
    title: titleOf(step),
    at,
    isAhead: step === 'ends' || step === 'endsSoon',
    children: step === 'refused' && note !== null && (
      <p className="whitespace-pre-wrap wrap-anywhere">{note}</p>
    ),
  }));
  return (
    <section className="mt-6">
      <h2 className="mb-4 text-md font-semibold">{t('requests.timeline')}</h2>
      <Timeline label={t('requests.timeline')} level={3} steps={steps} />
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
