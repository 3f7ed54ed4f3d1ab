import type { Translated } from '../../i18n/messages.ts';
import type { messages as english } from './messages.en.ts';

export const messages: Translated<typeof english> = {
  title: '내 권한',
  purpose: '이 조직에서 내가 할 수 있는 일과 요청할 수 있는 권한이에요.',
  tryCheck: '권한 확인해 보기',
  failed: '내 권한을 불러오지 못했어요',
  may: '할 수 있는 일',
  through_other: '내 역할:',
  noTenantRole: '조직 전체에 대한 역할은 없어요.',
  noRole: '아직 이 조직에서 맡은 역할이 없어서 할 수 있는 일이 없어요.',
  nothing: '내 역할로 볼 수 있는 화면이 아직 없어요.',
  onReports: {
    owner_other: '내가 소유한 보고서 {{count, number}}건에서',
    editor_other: '내가 편집하는 보고서 {{count, number}}건에서',
    reader_other: '나에게 공유된 보고서 {{count, number}}건에서',
  },
  onCollections: {
    owner_other: '내가 소유한 모음 {{count, number}}개에서',
    editor_other: '내가 편집하는 모음 {{count, number}}개에서',
    reader_other: '나에게 공유된 모음 {{count, number}}개에서',
  },
  ask: '요청할 수 있는 권한',
  notIncluded: '내 역할에 없는 권한이에요.',
  fromLogto: 'Logto의 조직 역할로 부여돼요',
  onOne_other: '보고서나 모음 하나에 대한 역할 {{count, number}}가지',
  onItsPage: { reports: '보고서 화면에서 요청할 수 있어요', collections: '모음 화면에서 요청할 수 있어요' },
  everything: '내 역할로 이 콘솔의 모든 일을 할 수 있어요.',
  elsewhere: '이 조직에서는 받을 수 없는 권한',
  elsewhereWhy: '서비스 전체에 적용되는 권한이라 이 조직의 어떤 역할에도 포함되지 않아요.',
  tabs: { access: '권한', applications: '연결된 애플리케이션' },
  applications: {
    purpose:
      '{{organization}}에서 내 권한의 일부로 나를 대신하는 애플리케이션이에요. 나보다 더 많은 일을 할 수는 없어요.',
    failed: '연결된 애플리케이션을 불러오지 못했어요',
    none: '연결된 애플리케이션이 없어요',
    noneHow: 'MCP 클라이언트에 이 주소를 추가하고 로그인해서, 나를 대신해 할 수 있는 일을 선택해 주세요.',
    waiting:
      '{{application}}이(가) {{organization}}에서 나를 대신하려고 해요. 허용하기 전까지 요청이 거부돼요.',
    blocked: '관리자가 {{organization}}에서 차단해서 요청이 거부돼요.',
    unused: 'Logto에서 동의했지만 {{organization}}에서는 아직 쓰지 않았어요.',
    allow: '허용',
    allowOf: '{{application}} 허용',
    allowed: '이제 ‘{{application}}’이(가) {{organization}}에서 나를 대신할 수 있어요.',
    allowFailed: '‘{{application}}’을(를) 허용하지 못했어요',
    default: '기본 조직',
    here: '이 조직',
  },
};
