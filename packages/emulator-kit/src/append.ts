import { ftruncateSync, writeSync } from 'node:fs';

/**
 * Appends text to a file whose length is `length`, and returns the new length. A write that fails, or stops halfway
 * because the disk is full, leaves the file as it was.
 */
export function append(descriptor: number, text: string, length: number): number {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    ftruncateSync(descriptor, length);
    throw error;
  }
  return length + bytes.length;
}
