/**
 * Gives the memory of a buffer back at once; the buffer is empty afterwards. V8 does so only when 64 MiB more have come
 * together, and the allocator then keeps the pages. A view of a part of something, as of Node's pool, is left alone.
 */
export function freeBytes({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
