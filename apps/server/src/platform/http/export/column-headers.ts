/** The languages of column headers. */
export const headerLanguages = ['en', 'ko'] as const;
export type HeaderLanguage = (typeof headerLanguages)[number];

/** Headers of CSV and Excel files, in English and Korean. JSON has the names of the columns. */
const headers: Readonly<Record<string, readonly [string, string]>> = {
  id: ['ID', 'ID'],
  key: ['User ID', '사용자 ID'],
  name: ['Name', '이름'],
  email: ['Email', '이메일'],
  machine: ['Machine', '머신'],
  roles: ['Roles', '역할'],
  permissions: ['Permissions', '권한'],
  lastSignInAt: ['Last sign-in', '마지막 로그인'],
  permission: ['Permission', '권한'],
  times: ['Times', '횟수'],
  instances: ['Reports or collections', '보고서 또는 모음 수'],
  firstAt: ['First', '처음'],
  lastAt: ['Last', '마지막'],
  at: ['Time', '시각'],
  tenant: ['Organization ID', '조직 ID'],
  kind: ['Kind', '종류'],
  action: ['Action', '작업'],
  outcome: ['Outcome', '결과'],
  actor: ['Actor ID', '수행자 ID'],
  actorName: ['Actor', '수행자'],
  actorKind: ['Actor type', '수행자 유형'],
  channel: ['Source', '경로'],
  subject: ['Affected user ID', '대상자 ID'],
  subjectName: ['Affected user', '대상자'],
  resource: ['Resource', '리소스'],
  instance: ['Resource ID', '리소스 ID'],
  instanceTitle: ['Resource title', '리소스 제목'],
  reason: ['Reason', '이유'],
  detail: ['Detail', '상세'],
  before: ['Before', '변경 전'],
  after: ['After', '변경 후'],
  latency: ['Duration (µs)', '소요 시간(µs)'],
  requestId: ['Request ID', '요청 ID'],
  title: ['Title', '제목'],
  status: ['Status', '상태'],
  classification: ['Classification', '기밀 여부'],
  owner: ['Owner ID', '소유자 ID'],
  ownerName: ['Owner', '소유자'],
  createdAt: ['Created', '생성 시각'],
  publishedAt: ['Published', '게시 시각'],
  role: ['Role', '역할'],
  sourceOfRole: ['Source of the role', '역할의 출처'],
  since: ['Since', '부여 시각'],
  lastUsedAt: ['Last used', '마지막 사용'],
  flags: ['Flags', '표시'],
  decision: ['Decision', '결정'],
  newRole: ['New role', '새 역할'],
  decidedBy: ['Reviewer ID', '검토자 ID'],
  decidedByName: ['Reviewer', '검토자'],
  decidedAt: ['Decided', '결정 시각'],
  failure: ['Failure', '실패 사유'],
  verifiedAt: ['Verified', '확인 시각'],
};

/** The headers of these columns. */
export function headersOf(columns: readonly string[], language: HeaderLanguage): string[] {
  return columns.map((column) => headers[column]?.[headerLanguages.indexOf(language)] ?? column);
}
