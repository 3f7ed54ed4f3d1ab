import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '권한 확인',
  purpose: '어떤 역할로 할 수 있는지, 할 수 없다면 무엇을 바꾸면 되는지 확인할 수 있어요.',
  copy: '링크 복사',
  copied: '링크를 복사했어요. 여는 사람은 볼 권한이 있는 내용만 볼 수 있어요.',
  copyFailed: '링크를 복사하지 못했어요. 주소창에서 복사해 주세요.',
};
