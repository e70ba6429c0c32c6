// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest';
import { forgetDraft, keepDraft, leftDraft } from './keptDraft';

beforeEach(() => sessionStorage.clear());
const draft = { base: { max_msgs: 1 }, draft: { max_msgs: 2 }, basedOn: 'a'.repeat(43) };

it('is there until it is forgotten, each asset by itself', () => {
  keepDraft(['c', 'ORDERS'], draft);
  keepDraft(['c', 'ORDERS', 'a/b'], { ...draft, draft: {} });
  expect(leftDraft(['c', 'ORDERS'])).toEqual(draft);
  expect(leftDraft(['c', 'ORDERS', 'a', 'b'])).toBeNull();
  forgetDraft(['c', 'ORDERS']);
  expect(leftDraft(['c', 'ORDERS'])).toBeNull();
  expect(leftDraft(['c', 'ORDERS', 'a/b'])?.draft).toEqual({});
});
it.each(['{', '{"base": 1}', JSON.stringify({ ...draft, basedOn: 'x' })])('%s is none', (text) => {
  sessionStorage.setItem('natsconsole.draft/c/ORDERS', text);
  expect(leftDraft(['c', 'ORDERS'])).toBeNull();
});
