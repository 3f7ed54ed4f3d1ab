import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './collection.messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '모음',
  purpose: '모음에서 맡은 역할은 담긴 모든 보고서에도 적용돼요.',
  create: '새 모음',
  form: {
    title: '제목',
    hint: '보고서들의 공통점을 적어 주세요. 예: 2026년 감사',
    missing: '모음 제목을 입력해 주세요.',
    submit: '모음 만들기',
    failed: '모음을 만들지 못했어요',
  },
  all_other: '모음 {{count, number}}개 모두 보기',
  cut_other: '처음 {{count, number}}개만 보여요. 다른 모음은 검색해 주세요.',
  count_other: '보고서 {{count, number}}개',
  failed: { list: '모음을 불러오지 못했어요', one: '모음을 불러오지 못했어요' },
  missing: '없는 모음이에요',
  none: '아직 담긴 보고서가 없어요',
  noneHow: '함께 볼 보고서를 담아 한 번에 공유해 보세요.',
  noneReader: '이 모음에 게시된 보고서가 여기에 보여요.',
  hidden_other: '보고서 {{count, number}}개는 초안이거나 내가 볼 수 없어서 보이지 않아요.',
  add: {
    open: '보고서 담기',
    label: '담을 보고서',
    none: '공유할 수 있는 다른 보고서 중에 맞는 것이 없어요.',
  },
  added: '‘{{title}}’ 보고서를 담았어요',
  removeReport: {
    button: '빼기',
    label: '‘{{title}}’ 보고서 빼기',
    done: '‘{{title}}’ 보고서를 뺐어요',
  },
  wrong: {
    add: '보고서를 담지 못했어요',
    removeReport: '보고서를 빼지 못했어요',
    remove: '모음을 삭제하지 못했어요',
  },
  remove: {
    button: '모음 삭제',
    title: '‘{{title}}’ 모음을 삭제할까요?',
    what: '이 모음으로 접근하던 사람은 더 이상 접근할 수 없어요. 담긴 보고서는 그대로 남아요.',
    submit: '모음 삭제',
    done: '‘{{title}}’ 모음을 삭제했어요',
  },
};
