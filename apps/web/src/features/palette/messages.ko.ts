import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '검색과 명령',
  search: '화면, 사람, 보고서, 작업 검색',
  hint: '검색하거나 바로 이동…',
  groups: {
    recent: '최근 사용',
    pages: '화면',
    actions: '작업',
    roles: '역할별 구성원',
    people: '사람',
    reports: '권한 보고서',
    collections: '모음',
  },
  found_other: '결과 {{count, number}}개',
  first_other: '처음 {{count, number}}개만 보여요',
  all: '‘{{text}}’ 검색 결과 모두 보기',
  searching: '검색 중…',
  nothing: '‘{{text}}’ 검색 결과가 없어요',
  nothingHow: '이 조직에서 내가 볼 수 있는 항목만 검색해요.',
  failed: '일부 결과를 불러오지 못했어요.',
  unchecked: '지금은 권한을 확인할 수 없어서 일부 결과가 빠져 있어요.',
  draft: '초안',
  keys: { move: '이동', open: '열기', close: '닫기' },
};
