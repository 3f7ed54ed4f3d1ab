import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '접근 보고서',
  purpose: '한 시점에 이 조직이 어땠는지 그대로 담아, 함께 검토하는 문서예요.',
  create: '새 보고서',
  filter: '보고서 거르기',
  all: '전체',
  statuses: { draft: '초안', published: '게시됨' },
  search: '보고서 찾기',
  searchHint: '보고서 제목',
  clearSearch: '검색어 지우기',
  collection: '모음',
  anyCollection: '모든 모음',
  collectionUnknown: '볼 수 없는 모음',
  sort: '보고서 정렬',
  sorts: {
    newest: '최신순',
    oldest: '오래된순',
    title: '제목 오름차순',
    'title-desc': '제목 내림차순',
  },
  found_other: '보고서 {{count, number}}건',
  with: { owner: '내가 소유', editor: '내가 편집', reader: '나에게 공유됨' },
  without: {
    owner: '소유한 보고서가 없어요',
    editor: '편집자로 지정된 보고서가 없어요',
    reader: '읽도록 공유된 보고서가 없어요',
  },
  withoutHow: '내가 만든 보고서는 내가 소유해요.',
  column: { title: '보고서', owner: '소유자', status: '상태', created: '만든 때' },
  empty: '아직 보고서가 없어요',
  emptyHow:
    '보고서에는 누가 어떤 역할을 맡고 있는지처럼 지금의 사실이 담겨요. 하나 만들어 확인한 뒤 게시하면 팀이 함께 검토할 수 있어요.',
  emptyReader: '누군가 보고서를 게시하면 여기에서 읽을 수 있어요.',
  noDrafts: '초안이 없어요',
  noDraftsHow: '보고서는 소유자가 게시하기 전까지 초안이에요.',
  noPublished: '아직 게시된 보고서가 없어요',
  noPublishedHow: '게시하면 보고서를 볼 수 있는 모두에게 보여요.',
  noMatch: '조건에 맞는 보고서가 없어요',
  noMatchHow:
    '읽을 수 있는 보고서 가운데 조건을 모두 만족하는 것이 없어요. 조건을 줄이거나 다른 말로 찾아보세요.',
  showAll: '전체 보고서 보기',
  failed: '보고서를 불러오지 못했어요',
  kind: {
    'access-review': '접근 검토',
    machines: '머신',
    dormant: '휴면 계정',
    denials: '거부 기록',
    changes: '변경 기록',
  },
  status: { draft: '초안', published: '게시됨' },
  classification: { confidential: '기밀' },
  confidentialHidden:
    '여기에는 기밀 보고서가 보이지 않아요. 지금 쓰는 PDP는 역할로만 결정해서 누가 기밀을 볼 수 있는지 알 수 없어요.',
};
