import { policy } from '@latchkey/policy';
import { useNavigate, useRouteContext } from '@tanstack/react-router';
import {
  Bell,
  Building2,
  Languages,
  LogOut,
  MailPlus,
  Monitor,
  Moon,
  Plus,
  ShieldCheck,
  Sun,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { trpc } from '../../api/trpc.ts';
import { switchLanguage } from '../../i18n/i18n.ts';
import { koreanRoles, languageNames, languages } from '../../i18n/language.ts';
import type { PageName } from '../../layout/page-data.ts';
import { useOrganizations, useSwitchOrganization } from '../../layout/organizations.ts';
import { useSignOut } from '../../layout/use-sign-out.ts';
import { roles } from '../../policy.ts';
import { notificationsHash } from '../../layout/notifications.ts';
import { currentTheme, setTheme, themes, type Theme } from '../../layout/theme.ts';
import type { Command, GatedCommand } from './command.ts';

const themeIcons: Readonly<Record<Theme, LucideIcon>> = { system: Monitor, light: Sun, dark: Moon };

export function useActions(): readonly GatedCommand[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { organization } = useRouteContext({ from: '/console' });
  const organizations = useOrganizations({ enabled: true });
  const switchTo = useSwitchOrganization();
  const signOut = useSignOut();
  const language = i18n.language;
  const action = (
    key: string,
    names: PageName,
    rest: Pick<Command, 'icon' | 'run' | 'detail' | 'focus'>,
  ): Command => ({
    key: `action:${key}`,
    group: 'actions',
    name: names[language],
    keywords: [...Object.values(names), rest.detail ?? ''],
    ...rest,
  });
  const toOrganization = (id: string | null, detail: string): GatedCommand => ({
    command: action(`organization:${id ?? ''}`, switchNames.organization, {
      icon: Building2,
      detail,
      run: () => void switchTo(id),
    }),
  });
  return [
    {
      command: action('new-report', actionNames.newReport, {
        icon: Plus,
        run: () => void navigate({ to: '/reports/new' }),
      }),
      gate: trpc.reports.create,
    },
    {
      command: action('notifications', actionNames.notifications, {
        icon: Bell,
        focus: 'own',
        run: () => void navigate({ to: '.', search: true, hash: notificationsHash, resetScroll: false }),
      }),
    },
    // Invitations require an organization.
    ...(organization === null
      ? []
      : [
          {
            command: action('invite', actionNames.invite, {
              icon: MailPlus,
              run: () => void navigate({ to: '/members/invitations', search: { invite: true } }),
            }),
            gate: trpc.invitations.create,
          },
        ]),
    {
      command: action('give-role', actionNames.giveRole, {
        icon: UserPlus,
        run: () => void navigate({ to: '/members' }),
      }),
      gate: trpc.members.assign,
    },
    ...roles.map((role): GatedCommand => ({
      command: {
        key: `role:${role}`,
        group: 'roles',
        icon: ShieldCheck,
        name: t(`role.${role}`),
        keywords: [role, policy.roles[role].name, koreanRoles[role]],
        run: () => void navigate({ to: '/members', search: { role } }),
      },
      gate: trpc.members.list,
    })),
    ...(organization === null ? [] : [toOrganization(null, t('layout.defaultOrganization'))]),
    ...(organizations.data ?? [])
      .filter(({ id }) => id !== organization)
      .map(({ id, name }) => toOrganization(id, name)),
    ...themes
      .filter((theme) => theme !== currentTheme())
      .map((theme) => ({
        command: action(`theme:${theme}`, themeNames[theme], {
          icon: themeIcons[theme],
          run: () => setTheme(theme),
          focus: 'back',
        }),
      })),
    ...languages
      .filter((other) => other !== language)
      .map((other) => ({
        command: action(`language:${other}`, switchNames.language, {
          icon: Languages,
          detail: languageNames[other],
          run: () => void switchLanguage(i18n, other),
          focus: 'back',
        }),
      })),
    { command: action('sign-out', actionNames.signOut, { icon: LogOut, run: signOut, focus: 'back' }) },
  ];
}

/** In both languages, because an action can be found by either name and only one language is loaded. */
const actionNames = {
  notifications: { en: 'Notifications', ko: '알림' },
  newReport: { en: 'New report', ko: '새 보고서 만들기' },
  invite: { en: 'Invite members', ko: '구성원 초대하기' },
  giveRole: { en: 'Assign a role', ko: '역할 부여하기' },
  signOut: { en: 'Sign out', ko: '로그아웃' },
} as const satisfies Readonly<Record<string, PageName>>;

const themeNames = {
  system: { en: 'Use system theme', ko: '시스템 테마 사용' },
  light: { en: 'Use light theme', ko: '라이트 테마 사용' },
  dark: { en: 'Use dark theme', ko: '다크 테마 사용' },
} as const satisfies Readonly<Record<string, PageName>>;

const switchNames = {
  language: { en: 'Switch language', ko: '언어 바꾸기' },
  organization: { en: 'Switch organization', ko: '조직 전환' },
} as const satisfies Readonly<Record<string, PageName>>;
