import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '누가 무엇을 할 수 있는지, 왜 그런지 한눈에 보세요.',
  lead: '로그인은 Logto가, 권한 판단은 Permit.io가 맡아요.',
  detail:
    '누가 어떤 역할을 맡고 있는지 검토하고, 내 권한과 더 필요한 권한을 부여할 수 있는 사람을 확인하세요.',
  signIn: '로그인',
  signUp: '계정 만들기',
  matrix: {
    caption: '역할별로 할 수 있는 일',
    hint: '역할을 가리키거나 누르면 할 수 있는 일이 강조돼요.',
    highlighted_other: '{{role}} 역할로 {{count}}가지 일을 할 수 있어요.',
    permission: '권한',
    yes: '허용',
    no: '허용 안 됨',
    owner: '보고서 소유자',
    short: { viewer: '뷰어', editor: '편집자', admin: '관리자', owner: '소유자' },
  },
};
