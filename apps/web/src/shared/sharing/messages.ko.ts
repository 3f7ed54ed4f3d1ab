import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '접근할 수 있는 사람',
  share: { reports: '보고서 공유', collections: '모음 공유' },
  chooseOwner: '소유자 선택',
  with: '공유하기',
  person: '사람',
  choose: '사람 선택',
  search: '이름 또는 이메일',
  nobody: '일치하는 사람이 없어요',
  asRole: '역할',
  submit: '공유',
  chooseFirst: '공유할 사람을 선택하세요',
  draft: '열람자는 게시된 뒤에 볼 수 있어요.',
  roleHow: {
    reports: {
      owner: '게시하고 공유하고 삭제할 수 있어요',
      editor: '초안도 읽고 편집할 수 있어요',
      reader: '읽을 수 있어요',
    },
    collections: {
      owner: '담긴 보고서를 게시하고 공유하며, 모음을 삭제할 수 있어요',
      editor: '보고서를 담고, 담긴 보고서를 초안도 읽고 편집할 수 있어요',
      reader: '담긴 보고서 중 게시된 것을 읽을 수 있어요',
    },
  },
  more_other: '외 {{count, number}}명',
  byRole: '조직에서 역할을 맡은 모든 사람',
  people_other: '{{count, number}}명',
  canOpen: '{{total}} 중 {{count, number}}명',
  excluded_other: '{{count, number}}명은 기밀 보고서 열람 허가가 없어서 열 수 없어요',
  excludedUnknown: '기밀 보고서 열람 허가가 있는 사람만 열 수 있어요.',
  rolesOf: '{{name}} 님의 역할',
  change: '{{name}} 님의 역할 바꾸기',
  whyOf: '{{name}} 님이 접근할 수 있는 이유 보기',
  noEffect: '지금 할 수 있는 일은 그대로예요',
  held: '이미 맡고 있는 역할이에요.',
  obstacle: {
    MEMBER_SUSPENDED: '정지된 계정이에요. 정지가 해제되면 공유할 수 있어요.',
    ROLE_ENDING: '만료되고 있는 역할이에요. 잠시 후 다시 시도해 주세요.',
    LAST_OWNER: '마지막 소유자예요. 먼저 다른 사람을 소유자로 공유해 주세요.',
  },
  lacks: {
    NOT_CLEARED: '열 수 없어요: 기밀 보고서 열람 허가가 없어요',
    ACCOUNT_INACTIVE: '열 수 없어요: 정지되거나 삭제된 계정이에요',
    NO_PERMISSION: '열 수 없어요: 지금 Permit이 거부하고 있어요',
    DRAFT: '게시된 뒤에 열 수 있어요',
  },
  lacking: {
    NOT_CLEARED: '기밀 보고서라서 공유해도 {{name}} 님은 열 수 없어요. 기밀 보고서 열람 허가가 없어요.',
    DRAFT: '{{name}} 님은 게시된 뒤에 열 수 있어요.',
  },
  givenBut: {
    NOT_CLEARED: '{{name}} 님에게 {{role}} 역할을 부여했지만, 기밀 보고서 열람 허가가 없어서 열 수 없어요.',
    DRAFT: '{{name}} 님에게 {{role}} 역할을 부여했어요. 게시된 뒤에 열 수 있어요',
  },
  clearedBy: 'Logto에서 사용자를 관리하는 사람이 ‘{{role}}’ 역할을 부여하면 열 수 있어요.',
  clearedElsewhere: 'Logto에서 사용자를 관리하는 사람이 허가할 수 있어요.',
  failed: {
    load: '접근할 수 있는 사람을 불러오지 못했어요.',
    give: '공유하지 못했어요',
    take: '역할을 회수하지 못했어요',
  },
  newOwner: {
    label: '새 소유자',
    how: '소유자가 남지 않는 보고서와 모음을 맡아요.',
    listed: '소유자가 남지 않아요: {{titles}}',
    me: '나',
    required: '먼저 새 소유자를 선택해 주세요.',
  },
  self: '더 이상 공유할 수 없고, 나에게 다시 부여할 수 없어요.',
};
