import type { Translated } from '../../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  'access-review': {
    name: '역할 보유자',
    purpose: '이 조직에서 누가 어떤 역할을 맡고 있는지 Permit에서 바로 가져와요.',
    nothing: '그때 이 조직에서 해당 역할을 맡은 사람이 없었어요.',
  },
  machines: {
    name: '머신',
    purpose: 'M2M 애플리케이션의 역할과 그 역할로 할 수 있는 일을 보여 드려요.',
    nothing: '그때 이 조직에서 역할을 맡은 머신이 없었어요.',
  },
  dormant: {
    name: '비활성 사용자',
    purpose: '오랫동안 로그인하지 않은 사람과 아직 맡고 있는 역할을 보여 드려요.',
    nothing: '이 기간 안에 모두 로그인했어요.',
  },
  denials: {
    name: '거부 기록',
    purpose: '누가 어떤 작업을 몇 번 거부당했는지 보여 드려요.',
    nothing: '이 기간에 거부된 일이 없었어요.',
  },
  changes: {
    name: '변경 기록',
    purpose: '무엇이 바뀌었고, 누가 바꿨고, 누구에게 적용됐는지 보여 드려요.',
    nothing: '이 기간에 바뀐 것이 없었어요.',
  },
  about: {
    everybody: '역할이 있는 모두',
    roles: '{{roles}}만',
    machines: '조직 역할 기준',
    dormant_other: '{{count, number}}일 동안 로그인 없음',
    period_other: '직전 {{count, number}}일',
  },
  table: {
    person: '사람',
    roles: '역할',
    rights: '할 수 있는 일',
    lastSignIn: '마지막 로그인',
    permission: '거부된 권한',
    times: '횟수',
    last: '마지막 거부',
    when: '시각',
    change: '내용',
    by: '변경한 사람',
    about: '대상',
    never: '없거나 알 수 없음',
    system: '시스템',
    noRights: '없음',
    instances_other: '대상 {{count, number}}개',
    failed: '실패',
    rolesChanged: '{{before}} → {{after}}',
    none: '없음',
  },
};
