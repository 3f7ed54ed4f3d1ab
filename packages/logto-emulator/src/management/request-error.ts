/** `{{name}}` is replaced by a value from the error's details. */
const messages = {
  'account_center.field_not_editable': 'Field is not editable.',
  'account_center.not_enabled': 'Account center is not enabled.',
  'application.consent_management_api_scopes_not_allowed': 'Management API scopes are not allowed.',
  'application.device_flow_native_only': 'Device flow is only available for native applications.',
  'application.device_flow_not_changeable': 'Device flow cannot be changed after application creation.',
  'application.invalid_third_party_application_type':
    'Only traditional web, single-page, and native applications can be marked as third-party apps.',
  'application.invalid_role_type': 'Can not assign user type role to machine to machine application.',
  'application.invalid_type': 'Only machine to machine applications can have associated roles.',
  'application.protected_app_metadata_is_required': 'Protected app metadata is required.',
  'application.secret_name_exists': 'Secret name already exists.',
  'application.third_party_application_only': 'The feature is only available for third-party applications.',
  'application.user_consent_scopes_not_found': 'Invalid user consent scopes.',
  'application.saml.use_saml_app_api': 'Use `[METHOD] /saml-applications(/.*)?` API to operate SAML app.',
  'auth.authorization_header_missing': 'Authorization header is missing.',
  'auth.authorization_token_type_not_supported': 'Authorization type is not supported.',
  'auth.forbidden': 'Forbidden. Please check your user roles and permissions.',
  'auth.unauthorized': 'Unauthorized. Please check credentials and its scope.',
  'connector.not_found': 'Cannot find any available connector for type: {{type}}.',
  'connector.not_found_with_connector_id':
    'Can not find connector with given standard connector ID {{connectorId}}.',
  'entity.db_constraint_violated': 'Database constraint violated.',
  'entity.invalid_input': 'Invalid input. Value list must not be empty.',
  'entity.not_exists': 'The {{name}} does not exist.',
  'entity.not_exists_with_id': 'The {{name}} with ID `{{id}}` does not exist.',
  'entity.not_found': 'The resource does not exist.',
  'entity.relation_foreign_key_not_found':
    'Cannot find one or more foreign keys. Please check the input and ensure that all referenced entities exist.',
  'entity.unique_integrity_violation': 'The entity already exists. Please check the input and try again.',
  'guard.invalid_input': 'The request {{type}} is invalid.',
  'guard.invalid_pagination': 'The request pagination value is invalid.',
  'log.invalid_time_window': '`end_time` must be after `start_time`.',
  'hook.endpoint_responded_with_error': 'Endpoint responded with error.',
  'hook.missing_events': 'You need to provide at least one event.',
  'hook.send_test_payload_failed': 'Failed to send test payload: {{message}}',
  'oidc.invalid_client': 'An OIDC error occurred: oidc.invalid_client.',
  'oidc.invalid_grant': 'Grant request is invalid.',
  'oidc.invalid_redirect_uri': "`redirect_uri` did not match any of the client's registered `redirect_uris`.",
  'oidc.invalid_request': 'Request is invalid.',
  'oidc.invalid_session_account_id': 'Session accountId mismatch.',
  'oidc.key_not_found': 'Key with ID {{id}} is not found.',
  'oidc.key_required': 'At least one key is required.',
  'oidc.only_previous_key_can_be_deleted': 'Only a previous key can be deleted.',
  'oidc.session_not_found': 'Session not found.',
  'organization.require_membership': 'The user must be a member of the organization to proceed.',
  'organization.role_names_not_found':
    'Invalid role names detected: {{names}}. Please create these roles first before proceeding.',
  'password.rejected': 'Password rejected. Please check your password meets the requirements.',
  'request.invalid_input': 'Input is invalid. {{details}}',
  'request.message_rate_limited': 'Too many messages sent to this recipient. Please try again later.',
  'resource.cannot_delete_management_api': 'Cannot delete Logto Management API.',
  'resource.cannot_modify_management_api': 'Cannot modify Logto Management API.',
  'resource.resource_identifier_in_use': 'The API identifier {{indicator}} is already in use',
  'role.management_api_scopes_not_assignable_to_user_role':
    'Cannot assign Management API scopes to a user role.',
  'role.name_in_use': 'This role name {{name}} is already in use',
  'role.scope_exists': 'The scope id {{scopeId}} has already been added to this role',
  'role.user_exists': 'The user id {{userId}} is already been added to this role',
  'role.application_exists': 'The application id {{applicationId}} is already been added to this role',
  'scope.name_exists': 'The scope name {{name}} is already in use',
  'scope.name_with_space': 'The name of the scope cannot contain any spaces.',
  'session.invalid_credentials': 'Incorrect account or password. Please check your input.',
  'session.not_found': 'Session not found. Please go back and sign in again.',
  'session.identifier_not_found': 'User identifier not found. Please go back and sign in again.',
  'session.verification_blocked_too_many_attempts':
    'Too many attempts in a short time. Please try again later.',
  'session.verification_session_not_found':
    'The verification was not successful. Restart the verification flow and try again.',
  'user.cannot_delete_self': 'You cannot delete yourself.',
  'user.email_already_in_use': 'This email is associated with an existing account.',
  'user.identity_already_in_use': 'The social account has been associated with an existing account.',
  'user.identity_not_exist': 'The social account has not been registered yet.',
  'user.invalid_role_type': 'Invalid role type, can not assign machine-to-machine role to user.',
  'user.password_and_digest': 'You cannot set both plain text password and password digest.',
  'user.phone_already_in_use': 'This phone number is associated with an existing account.',
  'user.suspended': 'This account is suspended.',
  'user.username_already_in_use': 'This username is already in use.',
  'verification_record.permission_denied': 'Permission denied, please re-authenticate.',
} as const;

export type ErrorCode = keyof typeof messages;

/** `fill` has the values of the placeholders; `data` and `details` are copied into the body. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly data: unknown;
  readonly details: string | undefined;

  constructor(
    code: ErrorCode,
    status = 400,
    { data, details, ...fill }: Readonly<Record<string, unknown>> & { details?: string } = {},
  ) {
    const values = { ...fill, details: details ?? '' };
    super(
      // Like i18next, leaves a placeholder without a value in place.
      messages[code].replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) =>
        String(Reflect.get(values, name) ?? placeholder),
      ),
    );
    this.code = code;
    this.status = status;
    this.data = data;
    this.details = details;
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { code, data, message } = this;
    const details = code === 'guard.invalid_input' ? this.details : undefined;
    return { code, data, details, message };
  }
}

/** @throws Logto's 404: `entity.not_found`, or `entity.not_exists_with_id` with the name of a table */
export function found<T>(record: T | undefined, id = '', table?: string): T {
  if (record !== undefined) return record;
  if (table === undefined) throw new RequestError('entity.not_found', 404);
  throw new RequestError('entity.not_exists_with_id', 404, { name: table, id });
}

/** @throws Logto's 404 when `id` is not among them */
export function without(ids: readonly string[], id: string | undefined): string[] {
  const gone = found(ids.find((other) => other === id));
  return ids.filter((other) => other !== gone);
}

/** @throws Logto's 404 */
export function remove(records: { delete(id: string): boolean }, id = ''): void {
  found(records.delete(id) || undefined);
}

/** @throws the 404 of Logto's database: `entity.not_exists` */
export function foundForUpdate<T>(record: T | undefined, name: string): T {
  if (record === undefined) throw new RequestError('entity.not_exists', 404, { name });
  return record;
}

/** @throws RequestError 422 when another record has this name */
export function refuseDuplicateName(
  collection: { findBy(index: 'name', value: string): { id: string }[] },
  name?: string,
  self?: string,
): void {
  if (name === undefined || collection.findBy('name', name).every(({ id }) => id === self)) return;
  throw new RequestError('entity.unique_integrity_violation', 422);
}

/** @throws RequestError 422 when a record has another type, which a constraint of Logto's table forbids */
export function refuseWrongType(
  collection: { get(id: string): { type: string } | undefined },
  recordIds: readonly string[],
  type: 'User' | 'MachineToMachine',
): void {
  const isWrong = (id: string): boolean => (collection.get(id)?.type ?? type) !== type;
  if (recordIds.some(isWrong)) throw new RequestError('entity.db_constraint_violated', 422);
}

/** @throws RequestError 422 when one of the ids does not exist */
export function refuseUnknownIds(
  collection: { has(id: string): boolean },
  scopeIds: readonly string[],
): void {
  if (scopeIds.some((id) => !collection.has(id)))
    throw new RequestError('entity.relation_foreign_key_not_found', 422);
}
