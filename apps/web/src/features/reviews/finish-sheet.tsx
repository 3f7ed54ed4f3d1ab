import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { trpc, type Outputs } from '../../api/trpc.ts';
import { useProblem } from '../../api/use-problem.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { ChangeButton } from '../../shared/gate-button.tsx';
import { FormFailure } from '../../shared/failure.tsx';
import type { PersonChoice } from '../../shared/person-combobox.tsx';
import { Person } from '../../shared/person.tsx';
import { Problem } from '../../shared/problem.tsx';
import { NewOwnerField } from '../../shared/sharing/new-owner-field.tsx';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { RowsSkeleton } from '../../ui/skeletons.tsx';
import { Section } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { ShowMore } from '../../ui/show-more.tsx';
import { DecisionText } from './labels.tsx';
import { failureText, permissionNames, type Review } from './review.ts';
import { RoleInPlace } from './row-item.tsx';

type PlannedRemoval = Outputs['reviews']['removals'][number];

const pageSize = 50;

const isLastOwner = ({ obstacle }: PlannedRemoval): boolean => obstacle === 'LAST_OWNER';

export default function FinishSheet(props: {
  readonly review: Review;
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { review, open, onClose } = props;
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const { id, rows, decided, counts } = review;
  const removals = counts.remove + counts.change;
  const planned = useInfiniteQuery({
    queryKey: [['reviews', 'removals'], 'pages', id],
    initialPageParam: -1,
    queryFn: ({ pageParam: after }) => utils.client.reviews.removals.query({ id, after, limit: pageSize }),
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.position),
    enabled: removals > 0,
  });
  const problem = useProblem(planned);
  const [newOwner, setNewOwner] = useState<PersonChoice | null>(null);
  const ownerId = useId();
  const shown = planned.data?.pages.flat() ?? [];
  const asksOwner = shown.some(isLastOwner);
  const ownerProblem = asksOwner && newOwner === null ? t('sharing.newOwner.required') : undefined;
  const finish = trpc.reviews.finish.useMutation({
    onSuccess: onClose,
    onSettled: () => utils.reviews.invalidate(),
  });
  return (
    <Sheet open={open} title={t('reviews.finish.title')} onClose={onClose}>
      <div className="flex flex-col gap-5">
        <p className="tabular-nums">
          {(['keep', 'remove', 'change'] as const)
            .filter((decision) => counts[decision] > 0)
            .map((decision) => t(`reviews.finish.${decision}`, { count: counts[decision] }))
            .join(' · ')}
        </p>
        {decided < rows && (
          <Callout
            tone="unknown"
            icon={CircleAlert}
            title={t('reviews.finish.undecided', { count: rows - decided })}
          >
            <p>{t('reviews.finish.undecidedHow')}</p>
          </Callout>
        )}
        {removals > 0 &&
          (problem !== null ? (
            <Problem problem={problem} title={t('reviews.failed.removals')} />
          ) : planned.data === undefined ? (
            <RowsSkeleton />
          ) : (
            <div>
              <Section title={t('reviews.finish.removals')} about={t('reviews.finish.removalsHow')}>
                <ul className="divide-y divide-line">
                  {shown.map((one) => {
                    const removal = newOwner !== null && isLastOwner(one) ? { ...one, obstacle: null } : one;
                    return <Removal key={one.position} removal={removal} />;
                  })}
                </ul>
              </Section>
              <ShowMore query={planned} />
            </div>
          ))}
        {(asksOwner || planned.hasNextPage) && (
          <NewOwnerField
            value={newOwner}
            onChange={setNewOwner}
            hint={t('sharing.newOwner.how')}
            problem={ownerProblem}
            problemId={ownerId}
          />
        )}
        <FormFailure
          failed={t('reviews.failed.finish')}
          error={finish.error}
          known={{
            REVIEW_FINISHED: t('reviews.failed.finished'),
            REVIEW_STATUS: t('reviews.failed.closed'),
            NEW_OWNER_INVALID: t('reviews.failure.NEW_OWNER_INVALID'),
          }}
        />
        <div className="flex flex-wrap gap-2">
          {problem === null && (
            <ChangeButton
              variant={removals > 0 ? 'danger' : 'primary'}
              aria-describedby={ownerProblem && ownerId}
              disabled={
                finish.isPending || ownerProblem !== undefined || (removals > 0 && planned.data === undefined)
              }
              onClick={() => finish.mutate({ id, newOwner: newOwner?.key })}
            >
              {counts.change === 0
                ? t('reviews.finish.submit', { count: counts.remove })
                : counts.remove === 0
                  ? t('reviews.finish.submitChange', { count: counts.change })
                  : t('reviews.finish.submitBoth', { count: counts.remove, changed: counts.change })}
            </ChangeButton>
          )}
          <Button variant="quiet" onClick={onClose}>
            {t('reviews.back')}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

function Removal({ removal }: { readonly removal: PlannedRemoval }): ReactNode {
  const { t, i18n } = useTranslation();
  const loses = permissionNames(removal.loses, t);
  const keeps = permissionNames(removal.keeps, t);
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5 text-sm">
      <span className="text-base">
        <Person person={{ key: removal.subject, ...removal.facts }} detailed />
      </span>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-base">
        <RoleInPlace row={removal} />
        <DecisionText row={removal} />
      </span>
      <span>
        {loses.length === 0
          ? t('reviews.finish.losesNothing')
          : t('reviews.finish.loses', { permissions: i18n.list(loses) })}
      </span>
      {keeps.length > 0 && (
        <span className="text-muted">{t('reviews.finish.keeps', { permissions: i18n.list(keeps) })}</span>
      )}
      {removal.leavesOrganization && <span className="text-unknown">{t('reviews.finish.leaves')}</span>}
      {removal.obstacle !== null && <span className="text-denied">{failureText(removal.obstacle, t)}</span>}
    </li>
  );
}
