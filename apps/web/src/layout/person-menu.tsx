import { Menu } from '@base-ui/react/menu';
import { useRouteContext } from '@tanstack/react-router';
import { Check, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { switchLanguage } from '../i18n/i18n.ts';
import { languageNames, languages, type Language } from '../i18n/language.ts';
import type { MenuProps } from '../ui/menu-button.ts';
import { PopupMenu } from '../ui/popup-menu.tsx';
import { menuItem } from '../ui/popup-style.ts';
import { setTheme, themes, useTheme, type Theme } from './theme.ts';
import { useSignOut } from './use-sign-out.ts';

export default function PersonMenu(menu: MenuProps): ReactNode {
  const { t, i18n } = useTranslation();
  const { person } = useRouteContext({ from: '/console' });
  const theme = useTheme();
  const signOut = useSignOut();
  return (
    <PopupMenu {...menu} label={t('layout.you')} align="end" width="w-64">
      <div className="border-b border-line px-2.5 pt-1.5 pb-2.5">
        <p className="font-medium wrap-anywhere">{person.name ?? t('layout.noName')}</p>
        <p className="text-sm wrap-anywhere text-muted">
          {person.email ?? <code className="font-mono text-xs">{person.key}</code>}
        </p>
      </div>
      <Choices
        label={t('layout.language')}
        value={i18n.language}
        choices={languages.map((value) => ({ value, label: languageNames[value], lang: value }))}
        onChoose={(language: Language) => void switchLanguage(i18n, language)}
      />
      <Choices
        label={t('layout.theme')}
        value={theme}
        choices={themes.map((value) => ({ value, label: t(`layout.themes.${value}`) }))}
        onChoose={(next: Theme) => setTheme(next)}
      />
      <Menu.Separator className="my-1 h-px bg-line" />
      <Menu.Item className={menuItem} onClick={signOut}>
        <LogOut aria-hidden="true" className="size-4 text-muted" />
        {t('layout.signOut')}
      </Menu.Item>
    </PopupMenu>
  );
}

interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[];
  readonly onChoose: (value: Value) => void;
}

function Choices<Value extends string>({ label, value, choices, onChoose }: ChoicesProps<Value>): ReactNode {
  return (
    <Menu.RadioGroup value={value} onValueChange={onChoose}>
      <Menu.GroupLabel className="px-2.5 pt-3 pb-1 text-xs font-medium text-muted">{label}</Menu.GroupLabel>
      {choices.map((choice) => (
        <Menu.RadioItem
          key={choice.value}
          value={choice.value}
          lang={choice.lang}
          className={`${menuItem} justify-between`}
        >
          {choice.label}
          <Menu.RadioItemIndicator>
            <Check aria-hidden="true" className="size-4 text-brass-ink" />
          </Menu.RadioItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}
