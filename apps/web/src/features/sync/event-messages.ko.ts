import type { WebhookEventName } from './webhook-event-names.ts';

/** What each event of Logto reports. */
export const eventMessages = {
  PostRegister: '가입',
  PostSignIn: '로그인',
  'User.Created': '사용자 생성',
  'User.Data.Updated': '사용자 정보 변경',
  'User.SuspensionStatus.Updated': '사용자 정지 또는 해제',
  'User.Deleted': '사용자 삭제',
  'Organization.Created': '조직 생성',
  'Organization.Data.Updated': '조직 정보 변경',
  'Organization.Membership.Updated': '구성원 변경',
  'Organization.Deleted': '조직 삭제',
  'Role.Data.Updated': '역할 변경',
  'Role.Deleted': '역할 삭제',
  'OrganizationRole.Data.Updated': '조직 역할 변경',
  'OrganizationRole.Deleted': '조직 역할 삭제',
} as const satisfies Record<WebhookEventName, string>;
