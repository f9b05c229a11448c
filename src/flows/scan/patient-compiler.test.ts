import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('V8 compiles thoroughly before and after, not meanwhile', () => {
  const here = JSON.stringify(new URL('./patient-compiler.ts', import.meta.url).href);
  const program = `
    import { isPatient, patiently } from ${here};
    const hot = (name) => {
      const loop = new Function('limit', 'let sum = 0; for (let i = 0; i < limit; i++) sum = (sum * 31 + i) | 0; return sum;');
      Object.defineProperty(loop, 'name', { value: name });
      for (let i = 0; i < 30_000; i++) loop(2_000);
    };
    console.log('said', isPatient());
    hot('before');
    console.log('said patient');
    await Promise.allSettled([
      patiently(async () => { throw new Error('one of two'); }),
      patiently(async () => { await 1; console.log('said', isPatient()); hot('meanwhile'); }),
    ]);
    console.log('said', isPatient());
    hot('after');`;
  const told = execFileSync(process.execPath, ['--trace-opt', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  // What follows each of the four lines that the program says.
  const parts = told.split(/^said .*$/m);
  expect(told.match(/^said .*$/gm)).toEqual(['said false', 'said patient', 'said true', 'said false']);
  const thorough = (part: string): boolean => /completed optimizing .*TURBOFAN_JS/.test(part);
  expect(parts.slice(1).map(thorough)).toEqual([true, false, false, true]);
});
