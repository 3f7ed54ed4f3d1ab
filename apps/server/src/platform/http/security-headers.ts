import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';

export interface SecurityHeadersOptions {
  /** Logto's origin, from which the page fetches tokens. */
  readonly logtoEndpoint: string;
  /** Whether the server is reachable only by HTTPS, even if the proxy does not report it. */
  readonly isHttpsOnly: boolean;
}

/** Browser features that the console does not use, and therefore disables. */
const unused = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'payment',
  'publickey-credentials-get',
  'usb',
];

/** Security headers that restrict the browser to what the console needs. API responses are not cached. */
export function securityHeaders({ logtoEndpoint, isHttpsOnly }: SecurityHeadersOptions): Router {
  const permissions = unused.map((feature) => `${feature}=()`).join(', ');
  const others: RequestHandler = (request, response, next) => {
    response.setHeader('permissions-policy', permissions);
    if (request.path.startsWith('/api/')) response.setHeader('cache-control', 'no-store');
    // The header must not be sent over plain HTTP (RFC 6797, section 7.2).
    if (!request.secure && !isHttpsOnly) response.removeHeader('strict-transport-security');
    next();
  };
  return Router()
    .use(
      helmet({
        contentSecurityPolicy: {
          directives: {
            'connect-src': ["'self'", logtoEndpoint],
            'form-action': ["'self'", logtoEndpoint],
            'img-src': ["'self'", 'data:'],
            'font-src': ["'self'"],
            'style-src': ["'self'"],
            'frame-ancestors': ["'none'"],
          },
        },
        xFrameOptions: { action: 'deny' },
      }),
    )
    .use(others);
}
