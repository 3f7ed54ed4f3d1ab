import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '권한 이유',
  purpose: '어떤 역할로 할 수 있는지, 할 수 없다면 무엇만 바꾸면 되는지 보여 줘요.',
  copy: '링크 복사',
  copied: '링크를 복사했어요. 여는 사람이 볼 수 있는 만큼만 보여요.',
  copyFailed: '링크를 복사하지 못했어요. 주소창에서 복사해 주세요.',
};
