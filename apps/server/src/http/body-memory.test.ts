import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBodyMemory, type PartialBody } from './body-memory.ts';

const total = 100;
const sum = (bodies: Iterable<PartialBody>): number =>
  [...bodies].reduce((bytes, body) => bytes + body.bytes.length, 0);

const commands = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ body: fc.nat(7), share: fc.nat(10) }) },
    { weight: 1, arbitrary: fc.record({ done: fc.nat(7) }) },
  ),
  { maxLength: 60 },
);

test('the limit holds, only longer bodies are aborted, and only shorter ones are refused', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 8, maxLength: 8 }), commands, (lengths, steps) => {
      const memory = createBodyMemory(total);
      let gaveUp: PartialBody[] = [];
      const held = new Set<PartialBody>();
      const bodies = lengths.map((longest) => {
        const body: PartialBody = {
          longest,
          bytes: Buffer.alloc(0),
          giveUp() {
            gaveUp.push(body);
            memory.release(body);
            held.delete(body);
            body.bytes = Buffer.alloc(0);
          },
        };
        return body;
      });
      for (const step of steps) {
        gaveUp = [];
        const body = bodies['done' in step ? step.done : step.body];
        if (body === undefined) continue;
        if ('done' in step) {
          memory.release(body);
          held.delete(body);
          body.bytes = Buffer.alloc(0);
          continue;
        }
        const length = Math.round((body.longest * step.share) / 10);
        const others = [...held].filter((other) => other !== body);
        const given = memory.resize(body, length);
        const inTheWay = sum(others.filter(({ longest }) => longest <= body.longest));
        expect(given).toBe(inTheWay + length <= total);
        if (given) held.add(body);
        expect(body.bytes.length === length || !given).toBe(true);
        expect(gaveUp.every(({ longest }) => longest > body.longest)).toBe(true);
        expect(sum(held)).toBeLessThanOrEqual(total);
      }
    }),
  );
});

test('preserves the bytes when a body grows and when it shrinks', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(50), (content, more) => {
      const memory = createBodyMemory(total);
      const body: PartialBody = { longest: total, bytes: Buffer.alloc(0), giveUp: () => {} };
      memory.resize(body, content.length);
      body.bytes.set(content);
      memory.resize(body, content.length + more);
      memory.resize(body, content.length);
      expect(body.bytes).toEqual(Buffer.from(content));
    }),
  );
});
