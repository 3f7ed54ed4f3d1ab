import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { PageTitle } from '../ui/page.tsx';
import { StatePanel } from '../ui/state-panel.tsx';
import { Link } from '@tanstack/react-router';
import { buttonClass } from '../ui/button.tsx';

export function NotFound(props: {
  readonly title?: string;
  readonly why?: string;
  /** A link back. Default: a link to Home. */
  readonly back?: ReactNode;
}): ReactNode {
  const { t } = useTranslation();
  const { title = t('notFound.title'), why = t('notFound.why') } = props;
  return (
    <StatePanel icon={SearchX} level={1} title={title} actions={props.back ?? <BackLink />}>
      <PageTitle title={title} />
      <p>{why}</p>
    </StatePanel>
  );
}

/** A link to Home or to the list of reports, for a page that cannot be shown. */
export function BackLink({ to = 'home' }: { readonly to?: 'home' | 'reports' }): ReactNode {
  const { t } = useTranslation();
  return (
    <Link to={`/${to}`} className={buttonClass('secondary')}>
      {t(`back.${to}`)}
    </Link>
  );
}
