import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  bar: '다른 사람으로 보기',
  person: '{{name}} 님이 보는 콘솔이에요.',
  role: '‘{{role}}’ 역할이 보는 콘솔이에요.',
  asSomebody: '{{name}} 님으로 보는 중',
  asTheRole: '‘{{role}}’ 역할로 보는 중',
  readOnly: '아무것도 바꿀 수 없어요.',
  onlyRole: '누구의 보고서나 요청도 보이지 않고, 아무것도 바꿀 수 없어요.',
  left: '{{time}} 남음',
  minutes_other: '보기가 {{count, number}}분 뒤에 끝나요.',
  end: '보기 끝내기',
  ended: '보기가 끝났어요. 다시 내 콘솔이에요.',
  actingBar: '다른 사람을 대신하는 중',
  acting: '{{by}} 님이 {{name}} 님을 대신하고 있어요.',
  actingLimits: '역할은 주거나 뺄 수 없어요.',
  asPerson: '이 사람으로 보기',
  asRole: '이 역할로 보기',
  told: '보았다는 사실을 상대에게 알려 드려요.',
  failed: '보기를 시작하지 못했어요',
  code: {
    VIEW_AS_MORE_RIGHTS: '시작하지 못했어요. 내게 없는 권한을 가진 사람이에요.',
    MEMBER_SUSPENDED: '시작하지 못했어요. 정지된 계정이에요.',
  },
};
