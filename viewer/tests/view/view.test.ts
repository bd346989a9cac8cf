import { describe, expect, test } from 'vitest';
import { PLAIN_VIEW, readView, withColumn, withRule, writeView, type View } from '../../src/view/view';

const pattern = { text: 'a & b=#?\u00e9', isRegex: true, isCased: true };

const FULL: View = {
  query: {
    find: pattern,
    isOnly: false,
    terms: [
      { kind: 'pattern', isExcluded: true, pattern: { text: 'f.x', isRegex: false, isCased: false } },
      { kind: 'field', isExcluded: false, path: 'req.status', value: '2.0' },
    ],
    levels: ['warn', 'error'],
    sources: ['agent\0source'],
    muted: ['agent\0', '\0sender.x'],
  },
  rules: [{ pattern, colour: '#112233' }],
  columns: ['a.b', 'msg'],
  time: 'utc',
  isWrapped: false,
};

describe('a view', () => {
  test('is read from an address as it was written', () => {
    expect(readView(writeView(FULL))).toEqual(FULL);
    expect(writeView(PLAIN_VIEW)).toBe('');
    expect(readView('')).toEqual(PLAIN_VIEW);
  });

  test('leaves out what it cannot read', () => {
    const text = 'find=x&and=f.%5B1%5D&and=f.%7B&not=q.x&levels=loud.error&time=noon&rule=red.x&unknown=1';
    expect(readView(text)).toEqual({ ...PLAIN_VIEW, query: { ...PLAIN_VIEW.query, levels: ['error'] } });
  });

  test.each([
    ['levels=foo', PLAIN_VIEW.query.levels],
    ['levels=foo.warn', ['warn']],
    ['levels=', []],
  ])('shows the levels of %j that it knows, and all where it knows none', (text, levels) => {
    expect(readView(text).query.levels).toEqual(levels);
  });

  test('has a column once, and no more when asked again', () => {
    const view = withColumn(PLAIN_VIEW, 'msg');
    expect(view.columns).toEqual(['msg']);
    expect(withColumn(view, 'msg').columns).toEqual([]);
  });

  test('gives each rule a colour that is free, and keeps eight', () => {
    let view = PLAIN_VIEW;
    for (let index = 0; index < 10; index += 1) view = withRule(view, { ...pattern, text: String(index) });
    expect(view.rules.map((rule) => rule.pattern.text)).toEqual(['2', '3', '4', '5', '6', '7', '8', '9']);
    expect(new Set(view.rules.map(({ colour }) => colour)).size).toBe(8);
    expect(withRule(view, { ...pattern, text: '5' }).rules).toHaveLength(8);
  });
});
