import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

/** The header of every page: title, purpose, and the primary action on the right. Also sets the document title. */
export function PageHeader(props: {
  readonly title: string;
  readonly purpose: ReactNode;
  readonly actions?: ReactNode;
  /** Puts the actions in their own row. Needed if there are several that load later, because a long title would shift. */
  readonly actionsBelow?: boolean;
}): ReactNode {
  const { title, purpose, actions, actionsBelow = false } = props;
  return (
    <header
      className={`mb-6 flex flex-col gap-4 ${actionsBelow ? '' : 'md:flex-row md:items-start md:justify-between'}`}
    >
      <PageTitle title={title} />
      <div className="min-w-0">
        <h1 className="max-w-2xl text-xl font-semibold break-words">{title}</h1>
        <div className="mt-1 max-w-2xl text-muted">{purpose}</div>
      </div>
      {actions !== undefined && actions !== false && (
        <div
          data-below={actionsBelow || undefined}
          className="group/actions flex min-h-9 shrink-0 flex-wrap items-start gap-2 print:hidden"
        >
          {actions}
        </div>
      )}
    </header>
  );
}

/** The document title. React moves the element to `<head>`. */
export function PageTitle({ title }: { readonly title: string }): ReactNode {
  const { t } = useTranslation();
  return <title>{`${title} · ${t('brand')}`}</title>;
}
