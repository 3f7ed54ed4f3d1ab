import type { AppRole } from '@latchkey/policy';
import type { PageName } from '../../layout/page-data.ts';

/** Not part of the messages: an action is found by its name in both languages. */
export const actionNames = {
  newReport: { en: 'New report', ko: '새 보고서 만들기' },
  invite: { en: 'Invite people', ko: '구성원 초대하기' },
  giveRole: { en: 'Give somebody a role', ko: '역할 주기' },
  signOut: { en: 'Sign out', ko: '로그아웃' },
} as const satisfies Readonly<Record<string, PageName>>;

export const themeNames = {
  system: { en: 'Use the system’s theme', ko: '시스템 테마 쓰기' },
  light: { en: 'Use the light theme', ko: '밝은 테마 쓰기' },
  dark: { en: 'Use the dark theme', ko: '어두운 테마 쓰기' },
} as const satisfies Readonly<Record<string, PageName>>;

export const switchNames = {
  language: { en: 'Switch language', ko: '언어 바꾸기' },
  organization: { en: 'Switch organization', ko: '조직 전환' },
} as const satisfies Readonly<Record<string, PageName>>;

/** Names of roles in the language whose messages may not be loaded. */
export const roleWords: Readonly<Record<AppRole, readonly string[]>> = {
  viewer: ['viewer', '뷰어'],
  editor: ['editor', '편집자'],
  admin: ['administrator', '관리자'],
};
