import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '우리 앱에서 누가 무엇을 할 수 있는지, 왜 그런지 한눈에 보세요.',
  lead: '로그인은 Logto가, 권한 판단은 Permit.io가 맡아요.',
  detail:
    '누가 어떤 역할을 맡고 있는지 검토하고, 내 권한과 더 필요한 권한을 부여할 수 있는 사람을 확인하세요.',
  signIn: '로그인',
  signUp: '계정 만들기',
  picture:
    '콘솔의 권한 요청 화면: 누가 어떤 역할을 요청했는지, 무엇이 추가되는지 보여 주고 승인하거나 거절할 수 있어요.',
};
