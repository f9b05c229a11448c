import type { RegisterCommand } from './command.ts';
import { registerBaseAdd } from './base-add.ts';
import { registerBaseAssess } from './base-assess.ts';
import { registerBaseChildren } from './base-children.ts';
import { registerBaseDiff } from './base-diff.ts';
import { registerBaseEndorse } from './base-endorse.ts';
import { registerBaseHarden } from './base-harden.ts';
import { registerBaseList, registerBaseShow } from './base-list.ts';
import { registerBaseWithdraw } from './base-withdraw.ts';

/** `plimsoll base`: the library of images that others are built on. */
export const registerBase: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const sub = (name: string, summary: string) =>
    command.command(name).summary(summary).description(summary).exitOverride();
  registerBaseAdd(sub('add', 'take a base in as a candidate'), io);
  registerBaseAssess(sub('assess', 'judge an image as a release of a base, or all endorsed ones again'), io);
  registerBaseEndorse(sub('endorse', 'stand behind a release whose verdict passes, with a signed statement'), io);
  registerBaseWithdraw('deprecated')(sub('deprecate', 'say that a base or a release is to be left'), io);
  registerBaseWithdraw('retired')(sub('retire', 'say that nothing is to be built on a base or a release any more'), io);
  registerBaseList(sub('list', 'name every base, its state and its verdict'), io);
  registerBaseShow(sub('show', 'say how to build on a base, its releases and its history'), io);
  registerBaseHarden(sub('harden', 'propose the smaller one: without packages that nothing needs'), io);
  registerBaseDiff(sub('diff', 'say what changed between two releases or images'), io);
  registerBaseChildren(sub('children', 'name the images that stand on a base'), io);
};

const examples = `Examples:
  plimsoll base add debian-12 --from debian:12-slim --owner platform@example.com
  plimsoll base assess debian-12                 take it in, judge it, see what to change
  plimsoll base assess debian-12 docker:debian-12-hardened
  plimsoll base endorse debian-12 --by ada@example.com --role keeper --key ada.pem
  plimsoll base assess --all                     does what we stand behind still pass?
  plimsoll base children debian-12 --records records
`;
