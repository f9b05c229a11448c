import { setFlagsFromString } from 'node:v8';

let patient = false;

/** Whether V8 leaves thorough compilation out now. */
export function isPatient(): boolean {
  return patient;
}

/**
 * From now on until the process ends, or this is taken back, V8 leaves out its second, thorough compilation (TurboFan) of what runs
 * often: it takes a sixth of the processor time of a scan, and one that is over after two seconds ends before that is paid back.
 * What was compiled before goes on asking for more, so this is to begin before there is much to do; taken back at the end of a
 * scan's hot part, all that had waited would be compiled for nothing. V8 takes kept code only under the settings under which it was
 * kept: other threads that load or keep code meanwhile do so under another name (src/boot), this one's keeping at its exit under the old settings.
 */
export function setPatient(wish: boolean): void {
  if (wish === patient) return;
  patient = wish;
  setFlagsFromString(wish ? '--no-turbofan' : '--turbofan');
  process.off('exit', takeBack);
  if (wish) process.prependListener('exit', takeBack);
}

function takeBack(): void {
  setPatient(false);
}
