import { expect, test } from 'vitest';
import { createFormat } from './format';

/** Which kind of space Intl puts in is the runtime's affair. */
const plain = (text: string) => text.replace(/\s/g, ' ');

test('numbers are grouped in the reader’s way', () => {
  expect(createFormat('en').number(1234567)).toBe('1,234,567');
  expect(plain(createFormat('ru').number(1234567))).toBe('1 234 567');
});

test('a percentage keeps one digit while it moves and none at its ends', () => {
  const { percent } = createFormat('en');
  expect([0, 12, 99.9, 100].map(percent)).toEqual(['0%', '12.0%', '99.9%', '100%']);
  expect(plain(createFormat('ru').percent(12.5))).toBe('12,5 %');
});

test('a small rate keeps a digit, a large one does not', () => {
  const { rate } = createFormat('en');
  expect([0.25, 4.5, 412.7].map(rate)).toEqual(['0.3', '4.5', '413']);
});

test('a duration shows its two largest units', () => {
  const { duration } = createFormat('en');
  expect([0, 37, 125, 3600, 90_061].map(duration)).toEqual([
    '0 sec',
    '37 sec',
    '2 min 5 sec',
    '1 hr',
    '1 day 1 hr',
  ]);
});
