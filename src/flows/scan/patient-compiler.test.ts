import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('V8 compiles thoroughly until it is to be patient, again when that is taken back, and has its old settings at the exit', () => {
  const here = JSON.stringify(new URL('./patient-compiler.ts', import.meta.url).href);
  const program = `
    import { isPatient, setPatient } from ${here};
    const hot = (name) => {
      const loop = new Function('limit', 'let sum = 0; for (let i = 0; i < limit; i++) sum = (sum * 31 + i) | 0; return sum;');
      Object.defineProperty(loop, 'name', { value: name });
      for (let i = 0; i < 30_000; i++) loop(2_000);
    };
    process.on('exit', () => { console.log('said', isPatient()); });
    console.log('said', isPatient());
    hot('before');
    setPatient(true);
    setPatient(true);
    console.log('said', isPatient());
    hot('meanwhile');
    setPatient(false);
    console.log('said', isPatient());
    hot('after');
    setPatient(true);
    console.log('said', isPatient());
    hot('until the end');`;
  const told = execFileSync(process.execPath, ['--trace-opt', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  // What follows each of the lines that the program says.
  const parts = told.split(/^said .*$/m);
  expect(told.match(/^said .*$/gm)).toEqual(['said false', 'said true', 'said false', 'said true', 'said false']);
  const thorough = (part: string): boolean => /completed optimizing .*TURBOFAN_JS/.test(part);
  expect(parts.slice(1, -1).map(thorough)).toEqual([true, false, true, false]);
});
