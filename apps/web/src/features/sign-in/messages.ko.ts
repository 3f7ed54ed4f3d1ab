import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '로그인하고 있어요…',
  failed: '로그인을 마치지 못했어요',
  failedWhy:
    '이미 사용한 로그인 링크이거나, 시간이 지났거나, 다른 브라우저에서 열었어요. 처음부터 다시 로그인해 주세요.',
};
