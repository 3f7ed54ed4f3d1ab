/** The vendor's connectors for email, each with its `target`. Social targets need no connector here. */
export const emailConnectors: Readonly<Record<string, string>> = {
  'simple-mail-transfer-protocol': 'smtp',
  'sendgrid-email-service': 'sendgrid-mail',
  'mailgun-email': 'mailgun-email',
  'aws-ses-mail': 'aws-ses',
  'aliyun-direct-mail': 'aliyun-dm',
};
