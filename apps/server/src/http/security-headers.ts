import { Router, type RequestHandler } from 'express';
import helmet from 'helmet';

export interface SecurityHeadersOptions {
  /** Logto's origin: the page fetches tokens there. */
  readonly logtoEndpoint: string;
  /** Whether people reach the server by HTTPS only, also where the proxy does not say so. */
  readonly isHttpsOnly: boolean;
}

/** What a page of the console never uses, so that nothing in it can. */
const unused = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'payment',
  'publickey-credentials-get',
  'usb',
];

/** The headers by which a browser keeps to what the console needs. Answers of the API are kept by nobody. */
export function securityHeaders({ logtoEndpoint, isHttpsOnly }: SecurityHeadersOptions): Router {
  const permissions = unused.map((feature) => `${feature}=()`).join(', ');
  const others: RequestHandler = (request, response, next) => {
    response.setHeader('permissions-policy', permissions);
    if (request.path.startsWith('/api/')) response.setHeader('cache-control', 'no-store');
    // RFC 6797, section 7.2: not over plain HTTP.
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
