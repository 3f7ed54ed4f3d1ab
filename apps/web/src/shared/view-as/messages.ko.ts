import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  bar: '다른 사람으로 보기',
  person: '{{name}} 님으로 보는 중이에요(읽기 전용).',
  role: '‘{{role}}’ 역할로 보는 중이에요(읽기 전용).',
  asSomebody: '{{name}} 님으로 보는 중',
  asTheRole: '‘{{role}}’ 역할로 보는 중',
  readOnly: '아무것도 바꿀 수 없어요.',
  onlyRole: '개인의 보고서와 요청은 보이지 않고, 아무것도 바꿀 수 없어요.',
  left: '{{time}} 남음',
  minutes_other: '보기가 {{count, number}}분 뒤에 끝나요.',
  end: '보기 끝내기',
  ended: '다른 사람으로 보기를 끝냈어요.',
  actingBar: '다른 사람을 대신하는 중',
  acting: '{{by}} 님이 {{name}} 님을 대신하고 있어요.',
  actingLimits: '역할은 부여하거나 회수할 수 없어요.',
  asPerson: '이 사람으로 보기',
  asRole: '이 역할로 보기',
  told: '이 사람에게 알림이 가요.',
  failed: '보기를 시작하지 못했어요',
  code: {
    VIEW_AS_MORE_RIGHTS: '나에게 없는 권한이 있는 사람이에요.',
    MEMBER_SUSPENDED: '정지된 계정이에요.',
  },
};
