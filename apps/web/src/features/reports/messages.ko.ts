import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '접근 보고서',
  purpose: '특정 시점의 권한 현황을 담아 함께 검토하는 문서예요.',
  create: '새 보고서',
  filter: '보고서 필터',
  all: '전체',
  statuses: { draft: '초안', published: '게시됨' },
  search: '보고서 검색',
  searchHint: '보고서 제목',
  sort: '보고서 정렬',
  sorts: {
    newest: '최신순',
    oldest: '오래된순',
    title: '제목 오름차순',
    'title-desc': '제목 내림차순',
  },
  more: '작업 더 보기',
  rename: {
    open: '이름 바꾸기',
    submit: '제목 저장',
    failed: { reports: '보고서 이름을 바꾸지 못했어요', collections: '모음 이름을 바꾸지 못했어요' },
  },
  with: { owner: '내가 소유', editor: '내가 편집', reader: '나에게 공유됨' },
  without: {
    owner: '소유한 보고서가 없어요',
    editor: '편집하는 보고서가 없어요',
    reader: '공유받은 보고서가 없어요',
  },
  withoutHow: '내가 만든 보고서는 내가 소유해요.',
  column: { title: '보고서', owner: '소유자', status: '상태', created: '만든 날짜' },
  empty: '아직 보고서가 없어요',
  emptyHow:
    '보고서에는 누가 어떤 역할을 맡고 있는지 등 지금의 권한 현황이 담겨요. 하나 만들어 확인한 뒤 게시하면 팀이 함께 검토할 수 있어요.',
  emptyReader: '게시된 보고서가 여기에 보여요.',
  noDrafts: '초안이 없어요',
  noDraftsHow: '보고서는 소유자가 게시하기 전까지 초안이에요.',
  noPublished: '아직 게시된 보고서가 없어요',
  noPublishedHow: '게시된 보고서는 보고서를 볼 수 있는 모두에게 보여요. 기밀 보고서는 열람 허가도 필요해요.',
  noMatch: '조건에 맞는 보고서가 없어요',
  noMatchHow:
    '볼 수 있는 보고서 중 조건에 맞는 보고서가 없어요. 필터를 줄이거나 다른 검색어를 입력해 보세요.',
  showAll: '전체 보고서 보기',
  failed: '보고서를 불러오지 못했어요',
  kind: {
    'access-review': '역할 보유자',
    machines: '머신',
    dormant: '비활성 사용자',
    denials: '거부 기록',
    changes: '변경 기록',
  },
  removed: '‘{{title}}’ 보고서를 삭제했어요',
  restored: '‘{{title}}’ 보고서를 복구했어요',
  restoreFailed: '보고서를 복구하지 못했어요',
  undoExpired: '이제는 보고서를 복구할 수 없어요.',
  undoOf: '‘{{title}}’ 보고서 삭제 되돌리기',
  status: { draft: '초안', published: '게시됨' },
  classification: { confidential: '기밀' },
  confidentialHidden:
    '기밀 보고서는 표시되지 않아요. 지금 사용하는 PDP는 역할만 확인해서, 누구에게 열람 허가가 있는지 알 수 없어요.',
};
