import { describe, expect, test } from 'vitest';
import { lintDockerfile, parseDockerfile } from './index.ts';

/** What a rule on shell text finds: line, column and the source that is marked. */
function found(text: string, rule = 'pinned-packages'): string[] {
  const file = parseDockerfile(text);
  return lintDockerfile(file)
    .findings.filter((finding) => finding.rule === rule)
    .map(({ start, span }) => `${start.line}:${start.column} ${text.slice(span.start, span.end)}`);
}

describe('rules on shell text', () => {
  test('mark the source across continued lines', () => {
    expect(found('FROM debian:12\nRUN apt-get update && \\\n    # of the week\n    apt-get install -y curl\n')).toEqual(
      ['4:5 apt-get install -y curl'],
    );
  });

  test('read a here-document as the script, and one for another program as its input', () => {
    expect(found('FROM debian:12\nRUN <<EOF\nset -e\napt-get install -y curl\nEOF\n')).toEqual([
      '4:1 apt-get install -y curl',
    ]);
    expect(found('FROM debian:12\nRUN python3 <<EOF\nprint("apt-get install -y curl")\nEOF\n')).toEqual([]);
    expect(found('FROM debian:12\nRUN <<EOF\n#!/usr/bin/env python3\napt-get install -y curl\nEOF\n')).toEqual([]);
  });

  test('read what ONBUILD triggers and the exec form, and leave shells alone that are none of ours', () => {
    expect(found('FROM debian:12\nONBUILD RUN apt-get install -y curl\n')).toEqual(['2:13 apt-get install -y curl']);
    expect(found('FROM debian:12\nRUN ["apt-get", "install", "-y", "curl"]\n')).toHaveLength(1);
    expect(found('FROM debian:12\nSHELL ["pwsh", "-c"]\nRUN apt-get install -y curl\n')).toEqual([]);
  });

  test('heed ignores as other rules do', () => {
    expect(found('FROM debian:12\n# hadolint ignore=DL3008\nRUN apt-get install -y curl\n')).toEqual([]);
  });
});
