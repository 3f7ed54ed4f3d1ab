import type { Outputs } from '../api/trpc.ts';
import type { I18n } from '../i18n/i18n.ts';
import { dateFormat } from '../ui/format-time.ts';

type Held<Person extends { readonly roles: readonly { readonly source: unknown }[] }> =
  Person['roles'][number]['source'];

export type RoleSource =
  Held<Outputs['members']['list']['members'][number]> | Held<Outputs['reports']['access']['people'][number]>;

export function sourceText(
  source: RoleSource,
  on: 'organization' | 'instance',
  { t, language }: I18n,
): string {
  const date = (at: string): string => dateFormat(language, { dateStyle: 'medium' }).format(new Date(at));
  switch (source.kind) {
    case 'request':
      return source.endsAt === null
        ? t('roleSource.request')
        : t('roleSource.requestUntil', { date: date(source.endsAt) });
    case 'hand': {
      if (source.by === null || source.at === null) return t('roleSource.hand');
      const name = source.by.name ?? t('roleSource.someone');
      if (on === 'instance') return t('roleSource.sharedBy', { name });
      return 'endsAt' in source && source.endsAt !== null
        ? t('roleSource.handUntil', { name, date: date(source.endsAt) })
        : t('roleSource.handBy', { name, date: date(source.at) });
    }
    case 'collection':
      return source.collection === null
        ? t('roleSource.hiddenCollection')
        : t('roleSource.collection', { title: source.collection.title });
    default:
      return t(`roleSource.${source.kind}`);
  }
}
