import { setFlagsFromString } from 'node:v8';

/** How many wait now. */
let waiting = 0;

/** Whether V8 waits now. */
export function isPatient(): boolean {
  return waiting > 0;
}

/**
 * While the work is done V8 leaves out its second, thorough compilation (TurboFan) of what runs often: it takes a sixth of the
 * processor time of a scan, and one that is over after two seconds ends before that is paid back. What was compiled before goes
 * on asking for more, so this is to begin before there is much to do. V8 takes kept code only under the settings under which
 * it was kept: a thread that loads or keeps code meanwhile does so under another name (src/boot).
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  if (waiting++ === 0) setFlagsFromString('--no-turbofan');
  try {
    return await work();
  } finally {
    if (--waiting === 0) setFlagsFromString('--turbofan');
  }
}
