import type { Translate } from '../../i18n/translate.ts';
import { dateFormat } from '../date-format.ts';
import type { RoleSource } from './explanation.ts';

/** The source of a role, in a few words. */
export function sourceText(
  source: RoleSource,
  { t, language }: { readonly t: Translate; readonly language: string },
): string {
  switch (source.kind) {
    case 'request': {
      if (source.endsAt === null) return t('reason.source.request');
      const format = dateFormat(language, { dateStyle: 'medium' });
      return t('reason.source.requestUntil', { date: format.format(new Date(source.endsAt)) });
    }
    case 'hand': {
      const name = source.by?.name ?? null;
      return name === null ? t('reason.source.hand') : t('reason.source.handBy', { name });
    }
    default:
      return t(`reason.source.${source.kind}`);
  }
}
