import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import type { AccessTarget } from './use-request-sheet.ts';

const obstacles = [
  'ALREADY_HELD',
  'ROLE_MANAGED_IN_LOGTO',
  'REQUEST_OPEN',
  'NOT_CLEARED',
  'REQUEST_WITHOUT_EFFECT',
] as const;
type Obstacle = (typeof obstacles)[number];

export function isObstacle(code: string | undefined): code is Obstacle {
  return obstacles.some((one) => one === code);
}

export function RequestObstacle(props: {
  readonly obstacle: Obstacle;
  readonly target: AccessTarget;
  readonly onShow: (id: string) => void;
}): ReactNode {
  const { obstacle, target, onShow } = props;
  const { t } = useTranslation();
  const open = trpc.requests.mine.useQuery({ status: 'open' }, { enabled: obstacle === 'REQUEST_OPEN' });
  const request = open.data?.items.find(
    ({ target: one }) =>
      one.role === target.role &&
      (one.kind === 'instance' ? one.id : null) === (target.kind === 'instance' ? target.id : null),
  );
  return (
    <Callout
      tone="info"
      icon={Info}
      title={t(`requestAccess.obstacle.${obstacle}`)}
      action={
        request !== undefined && (
          <Button onClick={() => onShow(request.id)}>{t('requestAccess.showOpen')}</Button>
        )
      }
    >
      <p>{t(`requestAccess.obstacleHow.${obstacle}`)}</p>
    </Callout>
  );
}
