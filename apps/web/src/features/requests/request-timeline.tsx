import {
  CalendarPlus,
  CircleCheck,
  CircleMinus,
  CircleX,
  Clock,
  Hourglass,
  KeyRound,
  TriangleAlert,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { usePersonName } from '../../shared/person.tsx';
import { Timeline } from '../../ui/timeline.tsx';
import type { DecidedRequest, RequestDetails } from './request-facts.tsx';

type Step =
  | 'asked'
  | 'waiting'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'undone'
  | 'arriving'
  | 'given'
  | 'extended'
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
  undone: Undo2,
  arriving: Hourglass,
  given: KeyRound,
  extended: CalendarPlus,
  ends: Hourglass,
  endsSoon: Hourglass,
  ending: Hourglass,
  ended: CircleMinus,
  failed: TriangleAlert,
};

interface Happened {
  readonly step: Step;
  readonly at: string | null;
  readonly by?: DecidedRequest['decidedBy'];
}

export function RequestTimeline({ request }: { readonly request: RequestDetails }): ReactNode {
  const { t } = useTranslation();
  const personName = usePersonName();
  const { note } = request;
  const titleOf = ({ step, by = null }: Happened): string =>
    by !== null && (step === 'approved' || step === 'refused' || step === 'undone')
      ? t(`requests.stepBy.${step}`, { name: personName(by) })
      : t(`requests.step.${step}`);
  const steps = stepsOf(request).map((happened, index) => ({
    key: `${index} ${happened.step}`,
    icon: icons[happened.step],
    tone: 'text-muted',
    title: titleOf(happened),
    at: happened.at,
    isAhead: happened.step === 'ends' || happened.step === 'endsSoon',
    children: happened.step === 'refused' && happened.at === request.decidedAt && note !== null && (
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

function stepsOf(request: RequestDetails): Happened[] {
  const { status, createdAt, decidedAt, decidedBy, undone, grant } = request;
  // The last approval of an approved request is its decision.
  const earlier = request.approvals.filter(({ at }) => at !== decidedAt);
  const before: Happened[] = [
    { step: 'asked', at: createdAt },
    ...undone.flatMap((one): Happened[] => [
      { step: one.decision, at: one.decidedAt, by: one.decidedBy },
      { step: 'undone', at: one.undoneAt, by: one.decidedBy },
    ]),
    ...earlier.map(({ by, at }): Happened => ({ step: 'approved', at, by })),
  ];
  if (status === 'open') return [...before, { step: 'waiting', at: null }];
  const decision = { step: status, at: decidedAt, by: decidedBy };
  if (grant === null) return [...before, decision];
  const { grantedAt, expiresAt, endedAt, endsSoon } = grant;
  // A request that extended a grant did not assign a role.
  const isExtension = decidedAt !== null && grantedAt < decidedAt;
  const given: Happened = isExtension
    ? { step: 'extended', at: decidedAt }
    : { step: 'given', at: grantedAt };
  const byStatus: Record<typeof grant.status, Happened[]> = {
    pending: [{ step: 'arriving', at: null }],
    active: [
      given,
      ...(expiresAt === null ? [] : [{ step: endsSoon ? 'endsSoon' : 'ends', at: expiresAt } as const]),
    ],
    ending: [given, { step: 'ending', at: expiresAt }],
    ended: [given, { step: 'ended', at: endedAt }],
    failed: [{ step: 'failed', at: endedAt }],
  };
  return [...before, decision, ...byStatus[grant.status]];
}
