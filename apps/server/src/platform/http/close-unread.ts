import type { RequestHandler } from 'express';

/**
 * Closes the connection of a request that is answered before its body has arrived (refused by its headers, or too
 * large): the server neither buffers nor reads the rest.
 */
export const closeUnread: RequestHandler = (request, response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody) {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = new Proxy(writeHead, {
      apply(target, _this, args) {
        if (!request.complete) response.setHeader('connection', 'close');
        return Reflect.apply(target, undefined, args);
      },
    });
  }
  next();
};
