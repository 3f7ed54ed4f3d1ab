import { lazyWithMessages, type I18n, type FeatureMessages } from '../../i18n/i18n.ts';
import type { Palette } from '../../layout/palette-button.tsx';

const paletteMessages: FeatureMessages = {
  key: 'palette',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

export function lazyPalette(i18n: I18n): Palette {
  return lazyWithMessages(i18n, () => import('./palette.tsx'), paletteMessages);
}
