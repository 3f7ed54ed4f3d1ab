import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '내 권한',
  purpose: '이 조직에서 내 역할로 할 수 있는 일과, 나머지를 할 수 있는 역할을 보여 드려요.',
  failed: '내 권한을 불러오지 못했어요',
  permission: '권한',
  you: '허용 여부',
  heldBy: '이 권한이 있는 역할',
  none: '아직 이 조직에서 맡은 역할이 없어요. 관리자에게 요청해 주세요.',
};
