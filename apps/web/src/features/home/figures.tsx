import { linkOptions, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { streamed } from '../../api/api.ts';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import { Figure, FigureGroup } from './figure.tsx';
import { ninetyDays } from './roles-chart.tsx';

/** Each figure is the number of rows on the page that it links to. The page has the same filter. */
export function Figures(props: {
  readonly seesEnds: boolean;
  readonly seesReviews: boolean;
  readonly seesSync: boolean;
}): ReactNode {
  const { seesEnds, seesReviews, seesSync } = props;
  const { t } = useTranslation();
  return (
    <div className="grid gap-4 xl:grid-cols-[5fr_6fr_8fr]">
      <FigureGroup title={t('home.figures.access')} columns="grid-cols-2">
        <MembersFigure />
        <CountedMembers label={t('home.figures.administrators')} {...administrators} />
      </FigureGroup>
      <FigureGroup title={t('home.figures.decisions')} columns="grid-cols-2 md:grid-cols-3">
        <RequestsFigure />
        {seesEnds && <EndsFigure />}
        {seesReviews && <ReviewsFigure />}
      </FigureGroup>
      <FigureGroup title={t('home.figures.wrong')} columns="grid-cols-2 md:grid-cols-4">
        {seesSync && <SyncFigure />}
        <CountedMembers label={t('home.figures.suspended')} {...suspended} />
        <CountedMembers
          label={t('home.figures.inactive')}
          note={t('home.figures.inactiveFor')}
          {...inactive}
        />
        {seesReviews && <UnusedFigure />}
      </FigureGroup>
    </div>
  );
}

const administrators = {
  filter: { role: 'admin' },
  link: linkOptions({ to: '/members', search: { role: 'admin' } }),
} as const;
const suspended = {
  filter: { status: 'suspended', withRoles: true },
  link: linkOptions({ to: '/members', search: { only: 'suspended', withRoles: true } }),
} as const;
const inactive = {
  filter: { status: 'dormant' },
  link: linkOptions({ to: '/members', search: { only: 'dormant' } }),
} as const;

/** Days until the end of the counted roles, and days for which the counted roles were not used. */
const endsWithin = 7;
const unusedFor = 90;

function MembersFigure(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.members.counts.useQuery({}, streamed);
  const { data: history } = trpc.members.roleHistory.useQuery(ninetyDays, streamed);
  return (
    <Figure
      label={t('home.figures.members')}
      query={query}
      read={({ found }) => ({
        value: i18n.number(found),
        note: history && <MonthChange history={history} />,
      })}
      link={linkOptions({ to: '/members', search: {} })}
    />
  );
}

const month = 30 * 86_400_000;

/** How many more members have a role than 30 days ago. */
function MonthChange({
  history: { since, points },
}: {
  readonly history: Outputs['members']['roleHistory'];
}): ReactNode {
  const { t } = useTranslation();
  const now = points.at(-1);
  if (now === undefined) return null;
  const begin = Date.parse(now.at) - month;
  if (Date.parse(since) > begin) return t('home.figures.changeUnknown');
  const before = points.findLast(({ at }) => Date.parse(at) <= begin);
  const change = now.members - (before?.members ?? now.members);
  if (change === 0) return t('home.figures.same');
  return t(change < 0 ? 'home.figures.fewer' : 'home.figures.more', { change: Math.abs(change) });
}

function CountedMembers(props: {
  readonly label: string;
  readonly note?: string;
  readonly filter: Parameters<typeof trpc.members.counts.useQuery>[0];
  readonly link: LinkProps;
}): ReactNode {
  const { label, note, filter, link } = props;
  const { i18n } = useTranslation();
  const query = trpc.members.counts.useQuery(filter, streamed);
  return (
    <Figure
      label={label}
      query={query}
      read={({ found }) => ({ value: i18n.number(found), note })}
      link={link}
    />
  );
}

function RequestsFigure(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.requests.openCount.useQuery(undefined, streamed);
  return (
    <Figure
      label={t('home.figures.requests')}
      query={query}
      read={({ count, oldestAt }) => ({
        value: i18n.number(count),
        note: oldestAt !== null && (
          <>
            {t('home.figures.oldest')} <RelativeTime at={oldestAt} />
          </>
        ),
      })}
      link={linkOptions({ to: '/requests', search: {} })}
    />
  );
}

function EndsFigure(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.requests.ending.useQuery({ days: endsWithin, limit: 1 }, streamed);
  return (
    <Figure
      label={t('home.figures.ending', { count: endsWithin })}
      query={query}
      read={({ total, items: [first] }) => ({
        value: i18n.number(total),
        note: first && (
          <>
            {t('home.figures.first')} <RelativeTime at={first.endsAt} />
          </>
        ),
      })}
      link={linkOptions({ to: '/home/ends-soon', search: { days: endsWithin } })}
    />
  );
}

/** The undecided rows of the open review that is due first. */
function ReviewsFigure(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.reviews.list.useQuery(undefined, streamed);
  const reviews = query.data?.items ?? [];
  const [next] = reviews
    .filter(({ status }) => status === 'open')
    .toSorted((one, other) => one.dueAt.localeCompare(other.dueAt));
  const ends = reviews.flatMap(({ closedAt }) => closedAt ?? []).toSorted();
  const last = ends.at(-1);
  return (
    <Figure
      label={t(next === undefined ? 'home.figures.noReview' : 'home.figures.review')}
      query={query}
      read={() => ({
        value: next === undefined ? '–' : i18n.number(next.rows - next.decided),
        note: (
          <>
            {next !== undefined && (
              <>
                {t('home.review.due')} <RelativeTime at={next.dueAt} />
                <br />
              </>
            )}
            {last === undefined ? (
              t('home.figures.neverReviewed')
            ) : (
              <>
                {t('home.figures.lastReview')} <RelativeTime at={last} />
              </>
            )}
          </>
        ),
      })}
      link={
        next === undefined
          ? linkOptions({ to: '/reviews' })
          : linkOptions({
              to: '/reviews/$reviewId',
              params: { reviewId: next.id },
              search: { state: 'none' },
            })
      }
    />
  );
}

function UnusedFigure(): ReactNode {
  const { t, i18n } = useTranslation();
  const query = trpc.reviews.unusedCount.useQuery({ days: unusedFor }, streamed);
  return (
    <Figure
      label={t('home.figures.unused')}
      query={query}
      read={({ isKnown, isComplete, count }) => ({
        value: isKnown ? `${i18n.number(count)}${isComplete ? '' : '+'}` : null,
        note: t(isKnown ? 'home.figures.unusedFor' : 'home.figures.unusedUnknown', { count: unusedFor }),
      })}
      link={linkOptions({ to: '/reviews/unused', search: { days: unusedFor } })}
    />
  );
}

function SyncFigure(): ReactNode {
  const { t } = useTranslation();
  const query = trpc.sync.status.useQuery(undefined, streamed);
  return (
    <Figure
      label={t('home.figures.sync')}
      query={query}
      read={({ state, deliveries }) => ({
        value: t(`home.figures.syncState.${state}`),
        note: deliveries.failed > 0 && t('home.hand.dead', { count: deliveries.failed }),
      })}
      link={linkOptions({ to: '/sync' })}
    />
  );
}
