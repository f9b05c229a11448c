import { describe, expect, test } from 'vitest';
import type { LiveEvent } from './contract.ts';
import { newsSince, noteGap, noteNews } from './news.ts';

const at = '2026-11-26T06:00:00.000Z';
const container = (name: string, what: 'started' | 'stopped' | 'changed'): LiveEvent => ({
  ...{ kind: 'container', at, host: 'node-1', container: name, name, what },
});

describe('what came since a list was read', () => {
  test('is counted by what it is about, not by how often it was told', () => {
    noteNews(container('a', 'started'), 1000);
    noteNews(container('a', 'changed'), 1001);
    noteNews(container('b', 'stopped'), 1002);
    noteNews({ kind: 'ledger', at, sequence: 7, entries: 5, action: 'policy.change', actor: 'ada' }, 1003);
    expect(newsSince(['container'], 1000)).toEqual({ added: 1, changed: 1, isUnsure: false });
    expect(newsSince(['container', 'ledger'], 1000)).toEqual({ added: 6, changed: 1, isUnsure: false });
  });

  test('is a change to whoever read after it began', () => {
    noteNews(container('d', 'started'), 1500);
    noteNews(container('d', 'stopped'), 1600);
    expect(newsSince(['container'], 1550)).toEqual({ added: 0, changed: 1, isUnsure: false });
  });

  test('is a change to what runs where a verdict turned on something that runs', () => {
    const turned = (image: string, running: number): LiveEvent => ({
      ...{ kind: 'verdict', at, image, name: image, scope: 'default', from: 'pass', to: 'fail', why: '', running },
    });
    noteNews(turned('sha256:a', 2), 1700);
    noteNews(turned('sha256:b', 0), 1701);
    expect(newsSince(['running-verdict'], 1700)).toEqual({ added: 0, changed: 1, isUnsure: false });
    expect(newsSince(['verdict'], 1700)).toEqual({ added: 0, changed: 2, isUnsure: false });
  });

  test('ends with the next reading', () => {
    noteNews(container('c', 'started'), 2000);
    expect(newsSince(['container'], 2001)).toEqual({ added: 0, changed: 0, isUnsure: false });
  });

  test('is not known after an interruption', () => {
    noteGap(3000);
    expect(newsSince(['container'], 2500)).toEqual({ added: 0, changed: 0, isUnsure: true });
    expect(newsSince(['container'], 3001)).toEqual({ added: 0, changed: 0, isUnsure: false });
  });
});
