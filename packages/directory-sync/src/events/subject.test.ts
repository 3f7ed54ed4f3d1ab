import { expect, test } from 'vitest';
import { subjectName, subjectNamed, type Subject } from './subject.ts';

test.each<[Subject, string]>([
  [{ kind: 'user', id: 'ann' }, 'user:ann'],
  [{ kind: 'organization', id: 'acme' }, 'organization:acme'],
  [{ kind: 'user', id: 'directory' }, 'user:directory'],
  [{ kind: 'user', id: 'a:b\nc' }, 'user:a:b\nc'],
  [{ kind: 'directory' }, 'directory'],
])('%j has the name %j, and is parsed from its name', (subject, name) => {
  expect(subjectName(subject)).toBe(name);
  expect(subjectNamed(name)).toEqual(subject);
});

test.each(['', 'ann', 'user:', 'role:admin', 'xuser:ann', 'directory:', 'user'])(
  '%j is not a subject',
  (name) => {
    expect(() => subjectNamed(name)).toThrow(TypeError);
  },
);
